module Bootstrap
  module_function

  # One line for people. What a database or a library says may quote values, so it is cut down and searched for them.
  def explain(error)
    without_secrets(sentence(error))
  end

  def sentence(error)
    case error
    when Refused then "#{error.message}."
    when ActiveRecord::LockWaitTimeout
      "another bootstrap has been running for longer than #{lock_timeout}. Wait for its deployment to end, and deploy again."
    when ActiveRecord::StatementInvalid then "the database refused: #{primary_message(error.cause)}. Deploy again."
    else "#{error.class}#{place(error)}: #{error.message.lines.first.to_s.strip}. Deploy again, or look at docs/ops/bootstrap.md."
    end
  end

  # The detail of PostgreSQL's messages quotes rows.
  def primary_message(cause)
    result = cause.respond_to?(:result) ? cause.result : nil
    result&.error_field(PG::Result::PG_DIAG_MESSAGE_PRIMARY) || cause.class.name
  end

  def place(error)
    line = (error.backtrace || []).grep(/bootstrap\.rb/).first
    line ? " in line #{line[/:(\d+)/, 1]} of bootstrap.rb" : ""
  end

  def without_secrets(text)
    secret_values.sort_by { |value| -value.length }.reduce(text) { |shown, value| shown.gsub(value, "***") }
  end

  def secret_values
    named = ENV.select { |name, _| name.match?(/PASSWORD|SECRET|TOKEN|KEY|URL\z|SALT/) }.values
    listed = %w[INSTALLATION_SECRETS INBOX_SECRETS].flat_map { |name| parsed(name) }
    inner = named.filter_map { |value| value[%r{\A\w+://[^/@]*:([^/]+)@}, 1] }
    (named + listed + inner).map(&:to_s).select { |value| value.length >= 6 }.uniq
  end

  def parsed(name)
    settings(name, "{}").values
  rescue Refused
    []
  end
end
