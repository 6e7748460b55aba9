module Bootstrap
  EXTENSIONS = %w[vector pg_trgm pgcrypto pg_stat_statements].freeze

  module_function

  # Two at once would both find nothing and make everything twice. Held until the transaction ends, however it ends.
  def lock
    connection = ActiveRecord::Base.connection
    connection.execute("SET LOCAL lock_timeout = '#{lock_timeout}'")
    connection.execute("SELECT pg_advisory_xact_lock(#{LOCK})")
  end

  def lock_timeout
    ENV.fetch("BOOTSTRAP_LOCK_TIMEOUT", "300s")[/\A\d+(ms|s|min)\z/] || "300s"
  end

  def check_extensions
    missing = EXTENSIONS - ActiveRecord::Base.connection.select_values("SELECT extname FROM pg_extension")
    return if missing.empty?

    raise Refused, "the database lacks the extensions #{missing.join(', ')}. Create them as superuser"
  end

  # While this key exists, the first visitor is offered to become super admin. It goes first, whatever fails after it.
  def close_onboarding
    changed "onboarding page: closed" if Redis::Alfred.delete(Redis::Alfred::CHATWOOT_INSTALLATION_ONBOARDING).to_i.positive?
  end

  # All of it or nothing, so that a run that ends in the middle leaves nothing half done.
  def write_everything
    ActiveRecord::Base.transaction do
      lock
      write_installation
      admin = super_admin
      service = service_user
      mine = account
      join(mine, admin, "super admin")
      join(mine, service, "service user")
      write_token(service)
      write_webhooks(mine)
      write_agent_bots(mine)
      write_inboxes(mine)
      keep_memory
    end
  end

  def run
    # At the level debug, Rails would log every statement with its values.
    ActiveRecord::Base.logger = nil
    check_extensions
    close_onboarding
    write_everything
    # Always: a run that ended between its commit and this one left old values there, for a day.
    GlobalConfig.clear_cache
    say "done, #{changes} changed"
    puts lines
  rescue StandardError => error
    abort("bootstrap: #{explain(error)}\nbootstrap: failed")
  end
end

Bootstrap.run
