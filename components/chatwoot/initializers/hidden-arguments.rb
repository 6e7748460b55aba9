# Arguments of jobs hold webhook secrets, customers' text and tokens of password mails. Rails logs them for each job,
# Sidekiq for each job that fails.
ActiveSupport.on_load(:active_job) { self.log_arguments = false }

module HiddenArguments
  def self.hide(context)
    job = context[:job]
    context.except(:jobstr).merge(job.is_a?(Hash) ? { job: job.except('args') } : {})
  end
end

Sidekiq.configure_server do |config|
  logging = Sidekiq::Config::ERROR_HANDLER
  index = config.error_handlers.index(logging)
  hiding = ->(error, context, settings) { logging.call(error, HiddenArguments.hide(context), settings) }
  config.error_handlers[index] = hiding if index
end
