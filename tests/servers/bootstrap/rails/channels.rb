# Webhooks, inboxes and bots with Chatwoot's rules.

URL_LENGTH = 2048

class Webhook < ApplicationRecord
  EVENTS = %w[
    conversation_status_changed conversation_updated conversation_created contact_created contact_updated message_created
    message_updated webwidget_triggered inbox_created inbox_updated conversation_typing_on conversation_typing_off
  ].freeze

  sign_deliveries
  belongs_to :account
  enum webhook_type: { account_type: 0, inbox_type: 1 }
  validates :url, uniqueness: { scope: :account_id }, format: URI::DEFAULT_PARSER.make_regexp(%w[http https])
  validate do
    known = subscriptions.is_a?(Array) && subscriptions.any? && (subscriptions - EVENTS).empty?
    errors.add(:subscriptions, "Invalid events") unless known
  end
end

module Channel
  class WebWidget < ApplicationRecord
    self.table_name = "channel_web_widgets"
    belongs_to :account
    has_secure_token :website_token
    has_secure_token :hmac_token
    validates :website_url, :widget_color, presence: true
  end

  class Api < ApplicationRecord
    self.table_name = "channel_api"
    sign_deliveries
    belongs_to :account
    has_secure_token :identifier
    has_secure_token :hmac_token
    validates :webhook_url, length: { maximum: URL_LENGTH }
  end

  class Email < ApplicationRecord
    self.table_name = "channel_email"
    seal :imap_password
    belongs_to :account
    validates :email, :forward_to_email, uniqueness: true
    before_validation(on: :create) { self.forward_to_email ||= "#{SecureRandom.hex}@inbound.example" }
  end
end

class WorkingHour < ApplicationRecord; end

class Inbox < ApplicationRecord
  belongs_to :account
  belongs_to :channel, polymorphic: true
  validates :name, presence: true
  validates :name, format: { with: %r{^^\b[^/\\<>@]*\b$}, multiline: true, message: "should not have forbidden characters" }
  validates :greeting_message, length: { maximum: 10_000 }
  after_create { 7.times { |day| WorkingHour.create!(inbox_id: id, day_of_week: day) } }
end

class AgentBot < ApplicationRecord
  include AccessTokenable
  sign_deliveries
  belongs_to :account, optional: true
  validates :outgoing_url, length: { maximum: URL_LENGTH }
end

class AgentBotInbox < ApplicationRecord
  belongs_to :inbox
  belongs_to :agent_bot
  before_validation { self.account_id = inbox&.account_id }
  enum status: { active: 0, inactive: 1 }
end
