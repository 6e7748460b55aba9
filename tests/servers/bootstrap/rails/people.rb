# Users, accounts and settings with the rules that Chatwoot and its sign-in library put on them.

class InstallationConfig < ApplicationRecord
  default_scope { order(created_at: :desc) }
  validates :name, presence: true
  after_commit { GlobalConfig.clear_cache }

  def value
    serialized_value.with_indifferent_access[:value]
  end

  def value=(value)
    self.serialized_value = { value: value }.with_indifferent_access
  end
end

class AccessToken < ApplicationRecord
  has_secure_token :token
  belongs_to :owner, polymorphic: true
end

module AccessTokenable
  extend ActiveSupport::Concern
  included do
    has_one :access_token, as: :owner
    after_create { AccessToken.create!(owner: self) }
  end
end

class User < ApplicationRecord
  include AccessTokenable

  attr_reader :password
  attr_accessor :password_confirmation

  before_validation { self.email = email&.downcase }
  before_validation(on: :create) { self.uid = email }
  validates :email, presence: true, format: /\A[^@\s]+@[^@\s]+\z/, uniqueness: { scope: :provider }
  validates :name, presence: true
  validates :password, presence: true, on: :create
  validates :password, length: { in: 6..128 }, allow_nil: true
  validate :password_has_every_class, if: :password
  validate { errors.add(:password_confirmation, "doesn't match Password") if password && password_confirmation != password }
  after_create_commit { $alfred.rpush("mails", "confirm #{email}") unless confirmed? }

  def password=(value)
    @password = value
    self.encrypted_password = Digest::SHA256.hexdigest(value) if value
  end

  def skip_confirmation!
    self.confirmed_at = Time.now.utc
  end

  def confirmed?
    confirmed_at.present?
  end

  private

  def password_has_every_class
    { "lowercase" => /[a-z]/, "uppercase" => /[A-Z]/, "number" => /\d/, "special" => /[^A-Za-z0-9]/ }.each do |name, pattern|
      errors.add(:password, "must contain at least 1 #{name} character") unless password.match?(pattern)
    end
  end
end

class SuperAdmin < User; end

class Account < ApplicationRecord
  validates :name, presence: true, length: { maximum: 255 }
end

class NotificationSetting < ApplicationRecord; end

class AccountUser < ApplicationRecord
  belongs_to :account
  belongs_to :user
  enum role: { agent: 0, administrator: 1 }
  validates :user_id, uniqueness: { scope: :account_id }
  after_create_commit :create_notification_setting

  def create_notification_setting
    NotificationSetting.create!(account_id: account_id, user_id: user_id)
  end
end
