# Checks, before anything is changed, whether Chatwoot can run on this database: extensions and permissions
# (`database-check.sql`), the migrations that ran (`upgrade-check`), the data that the next ones need (`upgrade-data`),
# and the keys that encrypted values need (`root-keys`).

require_relative "psql"
require_relative "upgrade-check"
require_relative "upgrade-data"
require_relative "root-keys"

def fail_with(message)
  abort("database check: #{message}")
end

def read(name, variables = {})
  Psql.rows(File.join(__dir__, "#{name}.sql"), variables)
rescue Psql::Failed => error
  fail_with("the database cannot be read; nothing was changed.\n#{error.message}")
end

problems = read("database-check")
if problems.empty?
  applied = read("upgrade-check")
  data = UpgradeData.new(read("upgrade-data", UpgradeData.variables(applied)))
  data.warnings.each { |line| puts "database check: warning: #{line}" }
  problems = UpgradeCheck.problems(applied) + data.problems + RootKeys.problems(read("root-keys"))
end
count = problems.one? ? "1 problem" : "#{problems.size} problems"
list = problems.map { |line| "  #{line}\n" }.join
fail_with("the database has #{count}; nothing was changed:\n#{list}") if problems.any?

puts "database check: done"
