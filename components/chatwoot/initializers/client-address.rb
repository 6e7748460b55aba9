require 'ipaddr'

# Rack, Rails and Chatwoot's throttles see only the client address that the edge vouches for: the header `header`, or the
# entry of X-Forwarded-For that the outermost of `hops` trusted proxies wrote. Without it, the address of the connection
# counts. Every header in which a client could send another address is deleted.
class ClientAddress
  # Rack, Rails and the geocoder read an address from these. Rack also prefers the host and scheme of Forwarded.
  FORGEABLE = %w[
    HTTP_FORWARDED HTTP_FORWARDED_FOR HTTP_X_FORWARDED HTTP_CLIENT_IP HTTP_X_CLIENT_IP HTTP_X_REAL_IP
    HTTP_X_CLUSTER_CLIENT_IP
  ].freeze

  def initialize(app, header: nil, hops: 0)
    @app = app
    @header = header
    @hops = hops
  end

  def call(env)
    address = parse(@header ? env[@header] : forwarded(env))
    env.delete('HTTP_X_FORWARDED_FOR')
    FORGEABLE.each { |name| env.delete(name) }
    # Rack takes the address of a connection before any header if it is public, as the address of an ingress can be.
    env['HTTP_X_FORWARDED_FOR'] = env['REMOTE_ADDR'] = address if address
    @app.call(env)
  end

  private

  def forwarded(env)
    entries = env['HTTP_X_FORWARDED_FOR'].to_s.split(',')
    entries[-@hops] if @hops.positive? && entries.size >= @hops
  end

  # Some proxies add the port. A network is not an address.
  def parse(text)
    plain = text.to_s.strip.sub(/\A\[([^\]]*)\](:\d+)?\z/, '\1').sub(/\A(\d+\.\d+\.\d+\.\d+):\d+\z/, '\1')
    IPAddr.new(plain).native.to_s unless plain.match?(%r{[/%]})
  rescue IPAddr::Error
    nil
  end
end
