module Bootstrap
  # These follow chatwoot:mail, and go back to nothing with it: a reply address that no mail reaches loses answers.
  MAIL_SETTINGS = %w[MAILER_INBOUND_EMAIL_DOMAIN MAILER_SUPPORT_EMAIL].freeze

  module_function

  # Installation settings live in a table, and a row that exists wins over the environment.
  def write_installation
    wanted = settings("INSTALLATION").merge(settings("INSTALLATION_SECRETS", "{}"))
    mail = wanted.keys & MAIL_SETTINGS
    ((memory["mail"] || []) - mail).each { |name| wanted[name] = nil }
    memory["mail"] = mail
    wanted.each { |name, value| write_setting(name, value) }
  end

  def write_setting(name, value)
    row = InstallationConfig.find_or_initialize_by(name: name)
    return if row.persisted? && row.value == value

    row.value = value
    row.locked = false
    row.save!
    changed "setting #{name}: written"
  end
end
