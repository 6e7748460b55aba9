# What `rails console` is in the sandbox, which has no image of Chatwoot's: irb on the stack's database, by ActiveRecord
# alone. With --sandbox, each connection that is checked out opens a transaction, as in Rails 7.1; one that the boot has
# checked out before has none, and what it writes stays. IRBRC_TEXT is what a start file of irb would hold.

require "active_record"
require "irb"
require "tempfile"

base = ActiveRecord::Base
base.establish_connection(
  adapter: "postgresql",
  host: ENV.fetch("POSTGRES_HOST"),
  port: ENV["POSTGRES_PORT"],
  username: ENV["POSTGRES_USERNAME"],
  password: ENV["POSTGRES_PASSWORD"],
  database: ENV["POSTGRES_DATABASE"],
  connect_timeout: 10,
)
version = base.connection.select_value("SHOW server_version")
is_undone = ARGV.delete("--sandbox")
puts "The sandbox has no image of Chatwoot's: this is irb with ActiveRecord, without"
puts "Chatwoot's models, on the stack's PostgreSQL #{version}#{", and all is undone at the end" if is_undone}."
if is_undone
  ActiveRecord::ConnectionAdapters::AbstractAdapter.set_callback(:checkout, :after) { begin_transaction(joinable: false) }
end
ARGV.clear
IRB.conf[:RC] = false
IRB.setup(nil, argv: [])
Tempfile.create { |file| File.write(file, ENV["IRBRC_TEXT"]) && load(file.path) } if ENV["IRBRC_TEXT"]
IRB.conf[:SAVE_HISTORY] = nil
# Without questions to the terminal, which not every one answers.
%i[USE_MULTILINE USE_SINGLELINE USE_COLORIZE].each { |name| IRB.conf[name] = false }
IRB::Irb.new.run(IRB.conf)
