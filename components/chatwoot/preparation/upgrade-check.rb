# Judges, before anything is migrated, whether this image may follow on what ran in the database before: by the migrations
# that were run there and those that the image has. A database that is empty takes every image.

require "json"

module UpgradeCheck
  STOPS = File.join(__dir__, "upgrade-stops.json")
  MIGRATIONS = File.join(__dir__, "db", "migrate", "*.rb")

  # Numbers of migrations are moments, as 20250416182131; later ones are larger as text too.
  def self.problems(applied)
    return [] if off? || applied.empty? || files.empty?

    newest = files.map { |file| file[/\A\d+/].to_s }.max
    return [older(applied.max, newest)] if applied.max > newest

    missed = JSON.parse(File.read(STOPS)).select do |stop|
      !applied.include?(stop["migration"]) && files.any? { |file| file.start_with?(stop["blockedBy"]) }
    end
    missed.empty? ? [] : [through(missed.map { |stop| stop["through"] })]
  end

  # The migrations of the image.
  def self.files
    @files ||= Dir[MIGRATIONS].map { |file| File.basename(file) }
  end

  # Whether the operator confirmed this image.
  def self.off?
    ENV["UPGRADE_CHECK"] == "off"
  end

  def self.older(applied, newest)
    "image: is older than the schema: #{applied} was migrated here, and this image ends with #{newest}. " \
      "Set chatwoot:image to what ran last or to a later one; to run older code on the newer schema all the same, " \
      "set chatwoot:uncheckedImage to this image."
  end

  def self.through(versions)
    "image: is too far ahead of the data, which its migrations would fail on. Deploy #{versions.join(", then ")}, " \
      "then this one (docs/upgrades.md)."
  end
end
