# Makes admin, account, API token and webhooks what the deployment's configuration says. Runs in Chatwoot's own Rails by
# `rails runner`, once per deploy, after the migrations; running it again changes nothing. Values come from the
# environment and none is printed.

require "json"

def setting(name)
  ENV.fetch("BOOTSTRAP_#{name}")
end

# Installation settings live in a table, and a row that exists wins over the environment.
def set_installation_config(name, value)
  row = InstallationConfig.find_or_initialize_by(name: name)
  return if row.persisted? && row.value == value

  row.value = value
  row.locked = false
  row.save!
  GlobalConfig.clear_cache
end

# An admin who exists keeps the password that they have since chosen.
def super_admin
  email = setting("ADMIN_EMAIL").downcase
  user = User.find_by(email: email)
  return user if user&.type == "SuperAdmin"

  if user.nil?
    password = setting("ADMIN_PASSWORD")
    user = User.new(email: email, name: setting("ADMIN_NAME"), password: password, password_confirmation: password)
    user.skip_confirmation!
  end
  user.type = "SuperAdmin"
  user.save!
  user
end

# The user that API clients act as; nobody signs in as it, so its password is thrown away.
def service_user
  domain = setting("ADMIN_EMAIL").split("@").last
  email = "api@#{domain}".downcase
  user = User.find_by(email: email)
  return user if user

  password = "Aa1!#{SecureRandom.alphanumeric(40)}"
  user = User.new(email: email, name: "API", password: password, password_confirmation: password)
  user.skip_confirmation!
  user.save!
  user
end

def join(account, user)
  membership = AccountUser.find_or_initialize_by(account_id: account.id, user_id: user.id)
  membership.role = :administrator
  membership.save!
end

def set_token(user, token)
  access = user.access_token || user.create_access_token
  access.update!(token: token) unless access.token == token
end

# Only webhooks with these addresses are touched; others belong to people.
def set_webhook(account, webhook, secret)
  row = Webhook.find_or_initialize_by(account_id: account.id, url: webhook.fetch("url"))
  row.subscriptions = webhook.fetch("subscriptions")
  row.secret = secret if row.respond_to?(:secret=)
  row.save!
end

required = %w[vector pg_trgm pgcrypto pg_stat_statements]
installed = ActiveRecord::Base.connection.select_values("SELECT extname FROM pg_extension")
missing = required - installed
abort("bootstrap: the database lacks the extensions #{missing.join(', ')}. Create them as superuser.") if missing.any?

installation = JSON.parse(setting("INSTALLATION"))
installation.merge!(JSON.parse(ENV.fetch("BOOTSTRAP_INSTALLATION_SECRETS", "{}")))
installation.each { |name, value| set_installation_config(name, value) }

ActiveRecord::Base.transaction do
  admin = super_admin
  account = Account.find_by(name: setting("ACCOUNT")) || Account.create!(name: setting("ACCOUNT"))
  service = service_user
  [admin, service].each { |user| join(account, user) }
  set_token(service, setting("API_TOKEN"))
  JSON.parse(setting("WEBHOOKS")).each { |webhook| set_webhook(account, webhook, setting("WEBHOOK_SECRET")) }
end

# While this key exists, the first visitor is offered to become super admin.
Redis::Alfred.delete(Redis::Alfred::CHATWOOT_INSTALLATION_ONBOARDING)

puts "bootstrap: done"
