require 'rails'

load ARGV.fetch(0)
index, arguments, options = Rails.application.config.middleware.inserted
app = ->(env) { env }
after = JSON.parse($stdin.read).map { |env| arguments.first.new(app, **options).call(env) }
puts JSON.generate(index: index, after: after)
