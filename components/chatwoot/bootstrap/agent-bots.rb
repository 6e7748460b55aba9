module Bootstrap
  module_function

  # Bots that left the configuration stay, because messages name them as their sender; inboxes let go of them.
  def write_agent_bots(account)
    settings("AGENT_BOTS", "[]").each do |wanted|
      name = wanted.fetch("name")
      bot = recorded(AgentBot, ids("agentBots")[name], account_id: account.id) ||
            AgentBot.where(account_id: account.id, name: name).order(:id).first || AgentBot.new(account_id: account.id)
      assign(bot, wanted.slice("name", "outgoing_url", "description"))
      sign(bot)
      save("agent bot #{name}", "agentBots", bot)
      remember("agentBots", name, bot)
    end
  end

  def attach_bot(inbox, name)
    link = AgentBotInbox.find_by(inbox_id: inbox.id)
    return detach_bot(inbox, link) if name.nil?

    link ||= AgentBotInbox.new(inbox_id: inbox.id, account_id: inbox.account_id)
    link.agent_bot_id = ids("agentBots").fetch(name)
    save("agent bot of inbox #{inbox.name}", "inboxes", link)
  end

  # A bot that a person gave the inbox is theirs.
  def detach_bot(inbox, link)
    return unless link && ids("agentBots").value?(link.agent_bot_id)

    link.destroy!
    changed "agent bot of inbox #{inbox.name}: taken off"
  end
end
