require 'json'
require 'sidekiq'

module ActiveJob
  class Base
    class << self
      attr_accessor :log_arguments
    end
    self.log_arguments = true
  end
end

module ActiveSupport
  def self.on_load(name, &block)
    { active_job: ActiveJob::Base }.fetch(name).instance_eval(&block)
  end
end

others = []
Sidekiq.config.error_handlers << ->(_error, context, _config) { others << context }
load ARGV.fetch(0) if ARGV[0]

job = { 'class' => 'JobWrapper', 'wrapped' => 'WebhookJob', 'jid' => 'j1', 'args' => [{ 'arguments' => ['planted'] }] }
[{ context: 'Job raised exception', job: job },
 { context: 'Internal exception!', job: job, jobstr: JSON.generate(job) },
 { context: 'Invalid JSON for job', jobstr: '{"args":["planted"' },
 { context: 'heartbeat' }].each do |context|
  Sidekiq.config.error_handlers.each { |handler| handler.call(StandardError.new('refused'), context, Sidekiq.config) }
end
puts JSON.generate(log_arguments: ActiveJob::Base.log_arguments, log: Sidekiq.logger.lines, others: others.size)
