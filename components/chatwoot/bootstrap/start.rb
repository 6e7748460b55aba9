# Makes admin, account, API token, webhooks, inboxes and bots what the deployment's configuration says. Runs in Chatwoot's
# own Rails by `rails runner`, once per deploy, after the migrations; running it again changes nothing. Values come from
# the environment and none is printed. One file made of the parts in this folder.

require "json"
require "uri"

module Bootstrap
  # What keeps the configuration from being carried out, as a sentence for people.
  class Refused < StandardError; end

  # Any number that no other user of this database takes.
  LOCK = 4_202_611_021

  module_function

  def setting(name)
    ENV.fetch("BOOTSTRAP_#{name}") { raise Refused, "BOOTSTRAP_#{name}: is not set. Deploy with this program" }
  end

  # The parser's own message would show the text.
  def settings(name, default = nil)
    JSON.parse(default.nil? ? setting(name) : ENV.fetch("BOOTSTRAP_#{name}", default))
  rescue JSON::ParserError
    raise Refused, "BOOTSTRAP_#{name}: is not JSON. Correct the key of the stack file that it comes from"
  end

  # Kept until all of it is written for good: what is taken back must not have been told.
  def lines
    @lines ||= []
  end

  def say(line)
    lines << "bootstrap: #{line}"
  end

  def changed(line)
    @changes = changes + 1
    say line
  end

  def changes
    @changes ||= 0
  end

  # Writes a record if anything about it differs. Says which fields, never what is in them. A callback of the model that
  # puts the old value back has changed nothing.
  def save(label, key, record)
    return record unless record.new_record? || record.changed?

    made = record.new_record?
    record.save!
    fields = record.saved_changes.keys - %w[updated_at]
    changed(made ? "#{label}: made" : "#{label}: changed #{fields.sort.join(', ')}") if fields.any?
    record
  rescue ActiveRecord::RecordInvalid => error
    reasons = (error.record || record).errors.full_messages.join(", ")
    raise Refused, "#{label}: #{reasons}. Correct chatwoot:#{key} in the stack file"
  end

  def assign(record, fields)
    record.assign_attributes(fields)
  rescue ActiveModel::UnknownAttributeError => error
    raise Refused, "#{record.class.name}: this version of Chatwoot has no #{error.attribute}. Use a newer image"
  end

  # Signs what Chatwoot posts; older versions sign nothing.
  def sign(record)
    secret = setting("WEBHOOK_SECRET")
    record.secret = secret if record.has_attribute?("secret") && record.secret != secret
  end
end
