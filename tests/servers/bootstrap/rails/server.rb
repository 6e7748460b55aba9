# Runs runner.rb again and again, each time in a process of its own, without loading the libraries each time. A line of
# JSON in starts one, with its environment and the file for its output; a line out tells how it ended.

require "json"
require "active_support/all"
require "active_record"
require "active_record/connection_adapters/postgresql_adapter"
require "redis"

ActiveRecord.eager_load!
ActiveModel.eager_load!

$stdout.sync = true

def run(request)
  output = File.open(request.fetch("output"), "w")
  $stdout.reopen(output)
  $stderr.reopen(output)
  $stdout.sync = $stderr.sync = true
  ENV.replace(request.fetch("env"))
  ARGV.replace([request.fetch("script")])
  load File.join(__dir__, "runner.rb")
end

while (line = $stdin.gets)
  request = JSON.parse(line)
  Thread.new(fork { run(request) }, request["id"]) do |child, id|
    _, status = Process.wait2(child)
    # Without a code after a signal.
    puts JSON.generate(id: id, exitCode: status.exitstatus)
  end
end
