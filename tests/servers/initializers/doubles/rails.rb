# Doubles of the classes and calls that the initializers use, with the behavior of Rails 7.1.5.2.
require 'json'

module Rails
  class Middleware
    attr_reader :inserted

    def insert_before(index, *arguments, **options)
      @inserted = [index, arguments, options]
    end
  end

  Cable = Struct.new(:cable)

  class Config
    def middleware
      @middleware ||= Middleware.new
    end

    def action_cable
      @action_cable ||= Cable.new
    end
  end

  class Application
    attr_accessor :files

    def config
      @config ||= Config.new
    end

    def config_for(name)
      files.fetch(name)
    end

    def executor
      self
    end

    def wrap
      yield
    end
  end

  def self.application
    @application ||= Application.new
  end
end

class Hash
  def with_indifferent_access
    transform_keys(&:to_s)
  end
end

class Time
  def self.current
    at($now || 0)
  end
end
