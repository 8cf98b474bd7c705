/// Adds the options that the builders of all transports have to one that holds them as `options`: one vocabulary,
/// whatever library sends the requests.
///
/// ```
/// use hardline_transport_options::{TransportOptions, builder_methods};
///
/// #[derive(Clone)]
/// pub struct MyBuilder {
///     options: TransportOptions,
/// }
///
/// # mod doc { pub struct MyTransport; }
/// builder_methods!(MyBuilder);
///
/// let builder = MyBuilder { options: TransportOptions::new("my-transport/1.0") };
/// assert_eq!(builder.max_response_bytes(1024).options.max_response_bytes, 1024);
/// ```
#[macro_export]
macro_rules! builder_methods {
    ($builder:ident) => {
        impl $builder {
            /// How long opening a connection may take, TLS included;
            /// [`DEFAULT_CONNECT_TIMEOUT`](crate::DEFAULT_CONNECT_TIMEOUT) by default.
            pub fn connect_timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.options.connect_timeout = limit.clamp($crate::SHORTEST, $crate::LONGEST);
                self
            }

            /// How long a response may pause once it has begun;
            /// [`DEFAULT_READ_IDLE_TIMEOUT`](crate::DEFAULT_READ_IDLE_TIMEOUT) by default. It does not apply before the
            /// response begins: a long poll may be silent for as long as it likes.
            pub fn read_idle_timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.options.read_idle_timeout = limit.min($crate::LONGEST);
                self
            }

            /// How long an exchange may take altogether, unless its `RequestMeta` says less;
            /// [`DEFAULT_TIMEOUT`](crate::DEFAULT_TIMEOUT) by default.
            pub fn timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.options.timeout = limit.min($crate::LONGEST);
                self
            }

            /// How large the body of a response may be, in bytes, unpacked if it was packed;
            /// [`DEFAULT_MAX_RESPONSE_BYTES`](crate::DEFAULT_MAX_RESPONSE_BYTES) by default.
            pub fn max_response_bytes(mut self, cap: usize) -> Self {
                self.options.max_response_bytes = cap;
                self
            }

            /// The `User-Agent` of requests that have none; [`DEFAULT_USER_AGENT`](crate::DEFAULT_USER_AGENT) by
            /// default.
            pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
                self.options.user_agent = user_agent.into();
                self
            }

            /// A header of requests that do not have it, such as one that a gateway wants. Called again with the same
            /// name, it replaces the value. What is not a header is told when the transport is built.
            pub fn default_header(
                mut self,
                name: impl Into<String>,
                value: impl Into<String>,
            ) -> Self {
                self.options
                    .default_headers
                    .push((name.into(), value.into()));
                self
            }

            /// Uses this proxy: `http://`, `https://` or `socks5://`, optionally with `user:password@` before the host,
            /// in which `%` introduces a byte. For `https` URLs it opens a tunnel and sees nothing of the exchange; it
            /// can read everything that goes to `http` URLs, access tokens included. A SOCKS proxy resolves the names.
            /// By default there is no proxy.
            pub fn proxy(mut self, url: impl Into<String>) -> Self {
                self.options.proxy = $crate::ProxyChoice::All(url.into());
                self
            }

            /// Uses the proxies in `http_proxy`, `https_proxy` and `all_proxy`, except for hosts in `no_proxy` and for
            /// this machine. The variables are read when the transport is built, lower case before upper case;
            /// `HTTP_PROXY` is not read in a CGI program. A variable whose proxy cannot be used fails the requests that
            /// need it, by name. Without this call the environment is not read.
            ///
            /// `no_proxy` is a list with commas or spaces of hosts, which stand for all below them too, of `*.suffix`, of
            /// addresses and networks (`192.0.2.0/24`, `[2001:db8::1]`), each with a port if it is meant for that port
            /// alone; `*` is everything.
            pub fn proxy_from_environment(mut self) -> Self {
                self.options.proxy = $crate::ProxyChoice::Environment;
                self
            }

            /// Also trusts these certificates, in PEM: a private authority, or a server's own self-signed certificate.
            pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
                self.options.root_certificates.push(pem.into());
                self
            }

            /// Shows this certificate to servers that want one of the client: its chain, the client's own first, and its
            /// private key, in PEM. They may be one text, given twice.
            pub fn client_certificate(
                mut self,
                chain: impl Into<Vec<u8>>,
                key: impl Into<Vec<u8>>,
            ) -> Self {
                self.options.client_certificate = Some($crate::ClientCertificate::new(chain, key));
                self
            }

            /// Accepts any certificate. **Anyone in between can then read and change everything, access tokens and
            /// passwords included.** For experiments on your own machine; to trust one certificate, use
            /// `add_root_certificate`.
            pub fn danger_accept_invalid_certificates(mut self) -> Self {
                self.options.accepts_any_certificate = true;
                self
            }

            /// Connects to this address whenever a URL has this host, whatever the resolver says; TLS and the request
            /// name the host as before. Port 0 is the URL's own. It does not apply where a proxy is used.
            pub fn resolve(
                mut self,
                host: impl Into<String>,
                address: ::std::net::SocketAddr,
            ) -> Self {
                let host = host.into().to_ascii_lowercase();
                self.options.resolved.insert(host, address);
                self
            }

            /// Connects to this Unix socket, whatever the URL's host. TLS and the request name the host as before. On
            /// other systems it has no effect.
            pub fn unix_socket(mut self, path: impl Into<::std::path::PathBuf>) -> Self {
                self.options.unix_socket = Some(path.into());
                self
            }

            /// How long a connection is silent before TCP asks whether the other side is still there, and how long it
            /// waits between two questions; [`DEFAULT_TCP_KEEPALIVE`](crate::DEFAULT_TCP_KEEPALIVE) by default, `None`
            /// for never. It counts in whole seconds.
            pub fn tcp_keepalive(
                mut self,
                interval: impl Into<Option<::std::time::Duration>>,
            ) -> Self {
                let interval = interval.into();
                self.options.tcp_keepalive = interval
                    .map(|it| it.clamp(::std::time::Duration::from_secs(1), $crate::LONGEST));
                self
            }

            /// How long a connection that nobody uses is kept;
            /// [`DEFAULT_POOL_IDLE_TIMEOUT`](crate::DEFAULT_POOL_IDLE_TIMEOUT) by default. It counts in whole seconds.
            pub fn pool_idle_timeout(mut self, limit: ::std::time::Duration) -> Self {
                let limit = limit.clamp(::std::time::Duration::from_secs(1), $crate::LONGEST);
                self.options.pool_idle_timeout = limit;
                self
            }

            /// How many connections that nobody uses are kept: of each origin over hyper, of all together over isahc.
            pub fn pool_max_idle(mut self, most: usize) -> Self {
                self.options.pool_max_idle = Some(most);
                self
            }

            /// Asks for packed responses (`gzip`, `deflate`) and unpacks them. The cap holds for what comes out, too. By
            /// default a response is not asked for packed, and returned as it is.
            pub fn decompress(mut self) -> Self {
                self.options.decompresses = true;
                self
            }
        }
    };
}
