# In place of `rails runner`: Chatwoot's models as far as the bootstrap uses them, then the script. What ends it in the
# middle comes from the environment.

%w[base people channels].each { |name| require_relative name }

# Ends the script at its write number N: by an error, as a lost connection, or by a signal, as a machine that is stopped.
if ENV["END_AT_WRITE"]
  writes = 0
  ActiveSupport::Notifications.subscribe("sql.active_record") do |*, payload|
    next unless payload[:sql].match?(/\A(INSERT|UPDATE|DELETE)/)

    writes += 1
    next unless writes == ENV["END_AT_WRITE"].to_i

    ENV["END_BY"] == "kill" ? Process.kill(:KILL, Process.pid) : raise("ended at write #{writes}")
  end
end

# So that another run can start while this one holds the lock.
if ENV["LINGER_SECONDS"]
  ActiveRecord::Base.connection
  Webhook.after_save { sleep(ENV["LINGER_SECONDS"].to_f) }
end

load ARGV.fetch(0)
