require 'rails'
require 'set'
require 'sidekiq'
require 'sidekiq/api'

# Double of Action Mailbox 7.1.5.2: rows with a status, and a job that routes a row.
module ActionMailbox
  Row = Struct.new(:id, :status, :updated_at)

  # A row as one process read it.
  InboundEmail = Struct.new(:id, :updated_at) do
    def self.pending
      Relation.new($rows.select { |row| row.status == 'pending' })
    end

    def to_global_id
      "gid://chatwoot/ActionMailbox::InboundEmail/#{id}"
    end

    def route_later
      raise RedisClient::CannotConnectError, 'Connection refused' if $away

      item = { 'wrapped' => 'ActionMailbox::RoutingJob',
               'args' => [{ 'arguments' => [{ '_aj_globalid' => to_global_id }] }] }
      $queued << Sidekiq::JobRecord.new(item)
    end
  end

  Relation = Struct.new(:rows) do
    def where(conditions)
      Relation.new(rows.select { |row| conditions.all? { |name, wanted| wanted === row[name] } })
    end

    def to_a
      rows.map { |row| InboundEmail.new(row.id, row.updated_at) }
    end

    def update_all(changes)
      rows.each { |row| changes.each { |name, value| row[name] = value } }.size
    end
  end
end

$after_reading_queue = nil
load ARGV.fetch(0)

def queued
  $queued.map { |job| job.args[0]['arguments'][0]['_aj_globalid'][/\d+\z/].to_i }
end

def start(now:, rows:)
  $now = now
  $away = false
  $queued = []
  $rows = rows.map { |id, status, updated_at| ActionMailbox::Row.new(id, status, Time.at(updated_at)) }
end

results = {}
start(now: 1000, rows: [[1, 'pending', 0], [2, 'pending', 399], [3, 'pending', 401], [4, 'delivered', 0],
                        [5, 'failed', 0], [6, 'processing', 0]])
PendingMail.attempt
results[:old] = queued

PendingMail.attempt
results[:again] = queued
$now = 2000
PendingMail.attempt
results[:queue_is_long] = queued
$queued = []
PendingMail.attempt
results[:queue_was_lost] = queued

# Another worker takes both mails after this one read them and the queue.
start(now: 1000, rows: [[1, 'pending', 0], [2, 'pending', 0]])
$after_reading_queue = lambda do
  $after_reading_queue = nil
  PendingMail.attempt
end
PendingMail.attempt
results[:two_workers] = queued

start(now: 1000, rows: [[1, 'pending', 0]])
$away = true
PendingMail.attempt
results[:away] = [queued, Sidekiq.logger.lines]
$away = false
$now = 1700
PendingMail.attempt
results[:later] = queued

# At its start a worker looks once, then waits.
start(now: 1000, rows: [[1, 'pending', 0]])
waits = Thread::Queue.new
PendingMail.define_singleton_method(:sleep) do |seconds|
  waits << seconds
  Thread.exit
end
Sidekiq.config.fire(:startup)
results[:at_start] = [waits.pop, queued]
puts JSON.generate(results)
