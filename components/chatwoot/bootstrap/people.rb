module Bootstrap
  module_function

  # An admin who exists keeps the password that they have since chosen.
  def super_admin
    email = setting("ADMIN_EMAIL").downcase
    user = User.find_by(email: email) || person(email, setting("ADMIN_NAME"), setting("ADMIN_PASSWORD"))
    user.skip_confirmation! unless user.confirmed?
    user.type = "SuperAdmin"
    save("super admin", "admin", user)
  end

  # The user that API clients act as. Nobody signs in as it, so its password is thrown away.
  def service_user
    domain = setting("ADMIN_EMAIL").split("@").last
    email = "api@#{domain}".downcase
    user = recorded(User, memory["serviceUser"]) || User.find_by(email: email) || owner_of_token ||
           person(email, "API", "Aa1!#{SecureRandom.alphanumeric(40)}")
    user.skip_confirmation! unless user.confirmed?
    save("service user", "admin", user)
    memory["serviceUser"] = user.id
    user
  end

  def person(email, name, password)
    User.new(email: email, name: name, password: password, password_confirmation: password)
  end

  def owner_of_token
    owner = AccessToken.find_by(token: setting("API_TOKEN"))&.owner
    owner if owner.is_a?(User)
  end

  def write_token(user)
    access = AccessToken.find_by(owner: user) || AccessToken.new(owner: user)
    access.token = setting("API_TOKEN")
    save("API token of the service user", "admin", access)
  end

  # The name is not unique in Chatwoot, so the id decides once it is known.
  def account
    name = setting("ACCOUNT")
    account = recorded(Account, memory["account"]) || Account.where(name: name).order(:id).first ||
              account_of_token || Account.new
    account.name = name
    save("account #{name}", "account", account)
    memory["account"] = account.id
    account
  end

  # Finds the account again where its name has changed and the memory of it is lost.
  def account_of_token
    accounts = AccountUser.where(user_id: owner_of_token&.id).pluck(:account_id)
    Account.find_by(id: accounts.first) if accounts.one?
  end

  def join(account, user, label)
    membership = AccountUser.find_or_initialize_by(account_id: account.id, user_id: user.id)
    membership.role = :administrator
    made = membership.new_record?
    save("membership of the #{label}", "admin", membership)
    complete(membership, label) unless made
  end

  # Chatwoot makes them once the membership is written for good, which a run that ends just then never comes to.
  def complete(membership, label)
    return if NotificationSetting.exists?(account_id: membership.account_id, user_id: membership.user_id)

    membership.create_notification_setting
    changed "notification settings of the #{label}: made"
  end
end
