# Prints the INVALID indexes after the migrations, with the statement that fixes each. A migration that builds an index
# concurrently leaves one behind when it is interrupted. Its argument is the migrations' exit code, which it returns.

require_relative "psql"

code = Integer(ARGV.fetch(0))

# Without its migration, the index must go, so that the migration can build it. If its migration is recorded, no migration
# builds it again.
def remedy(statement, index, deploys)
  "Run `#{statement} INDEX CONCURRENTLY #{index};` in the database#{', then deploy again' if deploys}."
end

begin
  Psql.rows(File.join(__dir__, "index-check.sql")).each do |row|
    table, index, leftover = row.split("|")
    drops = leftover == "t" || code != 0
    fix = remedy(drops ? "DROP" : "REINDEX", index, code != 0)
    puts "index check: #{index} on #{table} is INVALID: it was interrupted while it was built. #{fix}"
  end
rescue Psql::Failed => error
  puts "index check: the database cannot be read: #{error.message}"
end
exit(code)
