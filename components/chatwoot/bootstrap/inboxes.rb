module Bootstrap
  module_function

  # An inbox that left the configuration stays, with its conversations. Fields that the configuration does not name belong
  # to people.
  def write_inboxes(account)
    wanted = settings("INBOXES", "[]")
    secrets = settings("INBOX_SECRETS", "{}")
    wanted.each { |inbox| write_inbox(account, inbox, secrets) }
    (ids("inboxes").keys - wanted.map { |inbox| inbox["name"] }).each do |name|
      next if recorded(Inbox, ids("inboxes")[name]).nil?

      say "inbox #{name}: is no longer in the configuration. It stays; delete it under Settings, Inboxes"
    end
  end

  def write_inbox(account, wanted, secrets)
    name = wanted.fetch("name")
    model = wanted.fetch("type").constantize
    inbox = find_inbox(account, wanted)
    channel = inbox&.channel || find_channel(account, wanted) || model.new(account_id: account.id)
    inbox ||= Inbox.find_by(channel_id: channel.id, channel_type: model.name) if channel.persisted?
    inbox ||= Inbox.new(account_id: account.id)
    assign(channel, wanted.fetch("channel"))
    wanted.fetch("secrets", {}).each { |column, secret| channel[column] = inbox_secret(name, secret, secrets) }
    sign(channel) if wanted.dig("channel", "webhook_url")
    save("channel of inbox #{name}", "inboxes", channel)
    inbox.channel = channel
    assign(inbox, wanted.fetch("inbox", {}).merge("name" => name))
    save("inbox #{name}", "inboxes", inbox)
    remember("inboxes", name, inbox)
    attach_bot(inbox, wanted["agentBot"])
  end

  def find_inbox(account, wanted)
    name, type = wanted.values_at("name", "type")
    inbox = recorded(Inbox, ids("inboxes")[name], account_id: account.id) ||
            Inbox.where(account_id: account.id, name: name, channel_type: type).order(:id).first
    return inbox if inbox.nil? || inbox.channel_type == type

    raise Refused, "inbox #{name}: is of another kind, which cannot change. Choose another name in chatwoot:inboxes"
  end

  # Chatwoot lets an address be in one inbox alone.
  def find_channel(account, wanted)
    email = wanted.dig("channel", "email")
    email && Channel::Email.find_by(account_id: account.id, email: email)
  end

  def inbox_secret(inbox, name, secrets)
    secrets.fetch(name) { raise Refused, "inbox #{inbox}: the secret #{name} is missing. Add it to chatwoot:inboxSecrets" }
  end
end
