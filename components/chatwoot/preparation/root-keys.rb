# Checks that the deployment's keys decrypt the encrypted values of the database. Chatwoot supports unencrypted data, so
# with other keys it reads the encrypted text as if it were the value, and writes new values beside those that no key
# reads. Rails' format and key derivation (Active Record encryption), because Rails itself starts too late: its
# migrations already write.

require "json"
require "openssl"

module RootKeys
  PREFIX = "ACTIVE_RECORD_ENCRYPTION_"
  SALT = "#{PREFIX}KEY_DERIVATION_SALT"
  # By the kind that `root-keys.sql` names.
  KEYS = { "random" => "#{PREFIX}PRIMARY_KEY", "deterministic" => "#{PREFIX}DETERMINISTIC_KEY" }.freeze
  # Rails' key derivation; which digest it uses depends on the defaults that Chatwoot loads.
  ITERATIONS = 2**16
  DIGESTS = %w[SHA1 SHA256].freeze

  module_function

  # Rows of `root-keys.sql`: column, kind and value. A column is lost if its keys decrypt none of its values.
  def problems(rows)
    values = rows.map { |row| row.split("|", 3) }.group_by { |column, kind, _| [column, kind] }
    lost = values.reject { |(_, kind), found| found.any? { |*, text| decrypts?(kind, text) } }.keys
    lost.group_by(&:last).map { |kind, columns| problem(KEYS.fetch(kind), columns.map(&:first)) }
  end

  def problem(key, columns)
    "#{columns.join(', ')}: #{columns.one? ? 'holds' : 'hold'} values that #{key} and #{SALT} do not decrypt; " \
      "another deployment's keys wrote them. Restore those keys: `pulumi stack output encryptionKeys --show-secrets` in " \
      "that stack, or your copy (docs/migration.md#the-keys)."
  end

  def decrypts?(kind, text)
    message = JSON.parse(text)
    secrets(kind).any? { |secret| open(secret, message) }
  rescue JSON::ParserError
    # Not an encrypted value.
    true
  end

  def secrets(kind)
    @secrets ||= Hash.new do |derived, wanted|
      password, salt = ENV.values_at(KEYS.fetch(wanted), SALT).map(&:to_s)
      derived[wanted] = DIGESTS.map do |digest|
        OpenSSL::KDF.pbkdf2_hmac(password, salt: salt, iterations: ITERATIONS, length: 32, hash: digest)
      end
    end
    @secrets[kind]
  end

  def open(secret, message)
    payload, iv, tag = [message["p"], *message.fetch("h").values_at("iv", "at")].map { |part| part.unpack1("m0") }
    cipher = OpenSSL::Cipher.new("aes-256-gcm").decrypt
    cipher.key = secret
    cipher.iv = iv
    cipher.auth_tag = tag
    cipher.update(payload) unless payload.empty?
    cipher.final
    true
  rescue OpenSSL::Cipher::CipherError
    false
  end
end
