# Conditions of the data that a pending migration needs, and data that it deletes: `upgrade-data.sql`. Each applies only
# while the image has the migration and the database has not run it.

require_relative "upgrade-check"

class UpgradeData
  MIGRATIONS = %w[20260226084618 20260324070835 20260706000000 20260714123000].freeze

  # What the SQL file reads: whether each migration is pending.
  def self.variables(applied, files = UpgradeCheck.files)
    MIGRATIONS.to_h do |migration|
      has = files.any? { |file| file.start_with?(migration) }
      ["pending_#{migration}", applied.any? && has && !applied.include?(migration)]
    end
  end

  # Rows of the SQL file: `problem` or `warning`, a bar, and the text.
  def initialize(rows)
    @lines = rows.map { |row| row.split("|", 2) }.group_by(&:first).transform_values { |found| found.map(&:last) }
  end

  def warnings
    @lines.fetch("warning", [])
  end

  def problems
    UpgradeCheck.off? ? [] : @lines.fetch("problem", [])
  end
end
