# Chatwoot has no switch on a webhook, so one that is off is taken away and made again. Only webhooks that the bootstrap
# made are ever taken away; one that a person made with a configured address gets its events and secret, and stays.

module Bootstrap
  module_function

  def write_webhooks(account)
    claim_webhooks(account) unless memory.key?("webhooks")
    wanted, off = settings("WEBHOOKS").partition { |webhook| webhook["enabled"] != false }
    # First those that go, because an address may be there but once.
    ids("webhooks").keys.each { |url| remove_webhook(account, url) unless wanted.any? { |one| one["url"] == url } }
    wanted.each { |webhook| write_webhook(account, webhook) }
    off.each { |webhook| tell_foreign(account, webhook) }
  end

  # Without a memory, the secret tells: nobody but a bootstrap can choose it.
  def claim_webhooks(account)
    Webhook.where(account_id: account.id).order(:id).each do |row|
      remember("webhooks", row.url, row) if row.has_attribute?("secret") && row.secret == setting("WEBHOOK_SECRET")
    end
  end

  def write_webhook(account, webhook)
    url = webhook.fetch("url")
    row = at_address(account, url)
    mine = recorded(Webhook, ids("webhooks")[url], account_id: account.id)
    # Where the address of ours was changed by hand and another webhook has it now, ours has no place any more.
    drop_moved(mine, webhook) if row && mine && row != mine
    row ||= mine || Webhook.new(account_id: account.id)
    made = row.new_record?
    row.url = url
    row.name = webhook["name"] if webhook["name"] && row.has_attribute?("name")
    events = webhook.fetch("subscriptions")
    row.subscriptions = events unless row.subscriptions.is_a?(Array) && row.subscriptions.sort == events.sort
    sign(row)
    save("webhook #{label_of(webhook)}", "webhooks", row)
    made || row == mine ? remember("webhooks", url, row) : ids("webhooks").delete(url)
  end

  def drop_moved(mine, webhook)
    mine.destroy!
    ids("webhooks").delete(webhook["url"])
    changed "webhook #{label_of(webhook)}: removed, its address was changed and another has it"
  end

  def remove_webhook(account, url)
    row = recorded(Webhook, ids("webhooks").delete(url), account_id: account.id)
    return if row.nil?

    row.destroy!
    changed "webhook #{label_of('url' => url, 'name' => row.try(:name))}: removed"
  end

  def tell_foreign(account, webhook)
    return if at_address(account, webhook["url"]).nil?

    say "webhook #{label_of(webhook)}: is off in the configuration, but a person made it and it stays on. " \
        "Remove it under Settings, Integrations, Webhooks"
  end

  def at_address(account, url)
    Webhook.find_by(account_id: account.id, url: url)
  end

  # Paths and queries of addresses may hold secrets.
  def label_of(webhook)
    webhook["name"].presence || URI.parse(webhook["url"]).host
  end
end
