# What the bootstrap itself made, by id: people rename things and change addresses, and what they made themselves must not
# be taken for its own. Kept in a locked row of Chatwoot's settings, which the super admin pages do not show and every dump
# has.

module Bootstrap
  MEMORY = "CHATWOOT_BOOTSTRAP"

  module_function

  def memory
    @memory ||= begin
      value = InstallationConfig.find_by(name: MEMORY)&.value
      value.respond_to?(:to_hash) ? value.to_hash : {}
    end
  end

  # Ids by name, of one kind of thing.
  def ids(kind)
    memory[kind] ||= {}
  end

  def remember(kind, name, record)
    ids(kind)[name] = record.id
  end

  def recorded(model, id, **conditions)
    id && model.find_by(id: id, **conditions)
  end

  def keep_memory
    row = InstallationConfig.find_or_initialize_by(name: MEMORY)
    return if row.persisted? && row.value == memory

    row.value = memory
    row.locked = true
    row.save!
  end
end
