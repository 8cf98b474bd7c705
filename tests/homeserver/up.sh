#!/usr/bin/env bash
# Real servers for the tests: Synapse, Sydent, and an inbox for the texts and mails that they send; and an OAuth 2.0
# authorization server with a Synapse that delegates to it.
#
#   up.sh up                        start Synapse, Sydent and the inbox; print the environment of the tests
#   up.sh up-all                    the same, with the variants: default rate limits, and a bare homeserver
#   up.sh up-oauth                  start the authorization server and its Synapse alone, which needs Node.js
#   up.sh run -- COMMAND...         up-all, run COMMAND with that environment, down; exits with COMMAND's status
#   up.sh run-oauth -- COMMAND...   the same with up-oauth
#   up.sh has-node                  whether there is a Node.js that the authorization server runs on
#   up.sh down                      stop whatever `up` started
#   up.sh status                    what runs, with its process id and memory
#   up.sh env                       print the environment of the tests, starting nothing
#
# The first `up` installs the servers, pinned, into virtual environments (about two minutes and 400 MB).
# Everything listens on 127.0.0.1 only and no root is needed. A server always starts with an empty
# database, so that no test depends on what an earlier run left behind. See README.md beside this file.
#
#   HARDLINE_HOMESERVER_DIR         where everything is kept (target/homeserver)
#   HARDLINE_HOMESERVER_PORT_BASE   what the port numbers are counted from (28000)
#   PYTHON                          the Python that the servers run on (the first suitable one)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${HARDLINE_HOMESERVER_DIR:-$here/../../target/homeserver}
mkdir -p "$home"
home=$(cd "$home" && pwd)

base=${HARDLINE_HOMESERVER_PORT_BASE:-28000}
hs_port=$((base + 8)) hs_tls=$((base + 448))
hs_limits_port=$((base + 18)) hs_limits_tls=$((base + 458))
hs_bare_port=$((base + 28)) hs_bare_tls=$((base + 468))
hs_oauth_port=$((base + 38)) hs_oauth_tls=$((base + 478))
is_port=$((base + 90)) is_tls=$((base + 93))
is_limits_port=$((base + 91)) is_limits_tls=$((base + 94))
as_port=$((base + 80))
inbox_port=$((base + 100)) smtp_port=$((base + 125))

# What is installed serves every port base; what a set of servers writes is kept apart.
synapse_venv=$home/synapse
sydent_venv=$home/sydent
as_dir=$home/authorization-server
set_dir=$home/$base
conf=$set_dir/conf data=$set_dir/data logs=$set_dir/log pids=$set_dir/pid

main_set=(inbox sydent synapse)
whole_set=("${main_set[@]}" sydent-limits synapse-limits synapse-bare)
oauth_set=(authorization-server synapse-oauth)
every_server=("${whole_set[@]}" "${oauth_set[@]}")

shared_secret=homeserver-tests
bridge_token=$shared_secret-of-bridge

main() {
    case ${1:-} in
    up) up "${main_set[@]}" && print_env ;;
    up-all) up "${whole_set[@]}" && print_env ;;
    up-oauth) up "${oauth_set[@]}" && print_env ;;
    run | run-oauth)
        if [ "${2:-}" != -- ] || [ $# -lt 3 ]; then usage; fi
        # Set before anything is started: a start that fails half-way is taken down too.
        trap down EXIT
        if [ "$1" = run ]; then up "${whole_set[@]}"; else up "${oauth_set[@]}"; fi
        shift 2
        run "$@"
        ;;
    has-node) has_node ;;
    down) down ;;
    status) status ;;
    env) print_env ;;
    *) usage ;;
    esac
}

usage() {
    sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2
    exit 2
}

say() { printf 'homeserver: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

print_env() {
    cat <<EOT
HARDLINE_HS_URL=http://127.0.0.1:$hs_port
HARDLINE_HS_NAME=localhost:$hs_tls
HARDLINE_HS_LIMITS_URL=http://127.0.0.1:$hs_limits_port
HARDLINE_HS_BARE_URL=http://127.0.0.1:$hs_bare_port
HARDLINE_IS_URL=http://127.0.0.1:$is_port
HARDLINE_IS_NAME=localhost:$is_tls
HARDLINE_IS_LIMITS_URL=http://127.0.0.1:$is_limits_port
HARDLINE_HS_OAUTH_URL=http://127.0.0.1:$hs_oauth_port
HARDLINE_AS_URL=http://127.0.0.1:$as_port
HARDLINE_INBOX_URL=http://127.0.0.1:$inbox_port
HARDLINE_SHARED_SECRET=$shared_secret
HARDLINE_BRIDGE_TOKEN=$bridge_token
HARDLINE_CA=$conf/ca.crt
EOT
}

run() {
    local line
    while IFS= read -r line; do export "${line?}"; done < <(print_env)
    "$@"
}

up() {
    local name from
    command -v curl >/dev/null || die "curl is needed: please install it."
    mkdir -p "$conf" "$data" "$logs" "$pids"
    for name in "$@"; do install "$name"; done
    configure
    from=$SECONDS
    for name in "$@"; do start "$name"; done
    for name in "$@"; do wait_for "$name"; done
    say "ready after $((SECONDS - from)) s: $*"
}

down() {
    local name
    for name in "${every_server[@]}"; do stop "$name" & done
    wait
}

status() {
    local name pid
    for name in "${every_server[@]}"; do
        if pid=$(running "$name"); then
            printf '%-20s pid %s, %s MB\n' "$name" "$pid" "$(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status")"
        else
            printf '%-20s down\n' "$name"
        fi
    done
}

# Installing

# What a server needs. The environment of Synapse has what the inbox and the keys are made with, too.
install() {
    install_venv "$synapse_venv" "$here/requirements-synapse.txt"
    case $1 in
    sydent*) install_sydent ;;
    authorization-server) install_authorization_server ;;
    esac
}

install_sydent() {
    install_venv "$sydent_venv" "$here/requirements-sydent.txt"
    # Sydent's wheel lacks the templates of its mails; its source archive has them.
    if [ ! -e "$sydent_venv/res/matrix-org" ]; then
        local pin
        pin=$(grep '^matrix-sydent==' "$here/requirements-sydent.txt")
        "$sydent_venv/bin/pip" download -q --no-deps --no-binary matrix-sydent -d "$sydent_venv/download" "$pin"
        tar -xzf "$sydent_venv"/download/matrix_sydent-*.tar.gz -C "$sydent_venv" --strip-components=1 --wildcards '*/res'
    fi
}

# It runs from a copy beside its packages, which Node.js looks for there.
install_authorization_server() {
    local from=$SECONDS source=$here/authorization-server
    has_node || die "Node.js 20.12 or newer with npm is needed for the authorization server: please install it."
    mkdir -p "$as_dir"
    cp "$source"/*.mjs "$source/package.json" "$as_dir"
    if cmp -s "$source/package-lock.json" "$as_dir/installed.json"; then return; fi
    cp "$source/package-lock.json" "$as_dir"
    (cd "$as_dir" && npm ci --silent --no-audit --no-fund --ignore-scripts)
    cp "$source/package-lock.json" "$as_dir/installed.json"
    say "installed the authorization server in $((SECONDS - from)) s"
}

# By what it can do, since that came to several lines of versions.
has_node() {
    command -v npm >/dev/null && node -e 'process.exit(URL.parse && crypto.hash ? 0 : 1)' 2>/dev/null
}

# The list is copied into the environment last: an environment without it, or with another one, is built again.
install_venv() {
    local venv=$1 list=$2 from=$SECONDS
    if [ -x "$venv/bin/python" ] && cmp -s "$list" "$venv/installed.txt"; then return; fi
    find_python
    say "installing $(basename "$venv") for $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$list"
    cp "$list" "$venv/installed.txt"
    say "installed $(basename "$venv") in $((SECONDS - from)) s"
}

# Tried by running it, since a name on the path may be a stub for a version that is not there, and
# since Debian ships Python without what makes virtual environments.
find_python() {
    local candidates=(python3.11 python3.12 python3.13 python3.10 python3)
    [ -z "${PYTHON:-}" ] || candidates=("$PYTHON")
    for python in "${candidates[@]}"; do
        if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then return; fi
    done
    die "Python 3.10 or newer with its venv module is needed: please install it (on Debian: python3 and python3-venv) or name one in PYTHON."
}

# Configuring

configure() {
    # Once for each set: a test may keep a client that trusts this authority.
    [ -e "$conf/signing.key" ] || "$synapse_venv/bin/python" "$here/keys.py" "$conf"

    cat >"$conf/terms.yaml" <<'EOT'
master_version: "1"
docs:
  privacy_policy:
    version: "1.2"
    langs:
      en: {name: "Privacy Policy", url: "https://terms.test/privacy-1.2-en.html"}
      fr: {name: "Politique de confidentialité", url: "https://terms.test/privacy-1.2-fr.html"}
EOT
    cat >"$conf/log.yaml" <<'EOT'
version: 1
formatters: {line: {format: '%(asctime)s %(name)s %(lineno)d %(levelname)s %(request)s %(message)s'}}
handlers: {console: {class: logging.StreamHandler, formatter: line}}
loggers: {synapse.storage.SQL: {level: WARNING}}
root: {level: INFO, handlers: [console]}
disable_existing_loggers: false
EOT

    configure_sydent sydent "$is_port" "$is_tls" "$conf/terms.yaml" 100000 100000 100000
    configure_sydent sydent-limits "$is_limits_port" "$is_limits_tls" "" 3 50 5

    configure_bridge
    configure_synapse synapse "$hs_port" "$hs_tls"
    with_accounts >>"$conf/synapse.yaml"
    with_rooms synapse >>"$conf/synapse.yaml"
    with_threepids "$is_port" >>"$conf/synapse.yaml"
    without_limits >>"$conf/synapse.yaml"

    configure_synapse synapse-limits "$hs_limits_port" "$hs_limits_tls"
    with_accounts >>"$conf/synapse-limits.yaml"
    without_rooms >>"$conf/synapse-limits.yaml"
    with_threepids "$is_limits_port" >>"$conf/synapse-limits.yaml"
    cat >>"$conf/synapse-limits.yaml" <<'EOT'
request_token_inhibit_3pid_errors: true
next_link_domain_whitelist: ['allowed.test']
EOT

    configure_synapse synapse-bare "$hs_bare_port" "$hs_bare_tls"
    with_accounts >>"$conf/synapse-bare.yaml"
    without_rooms >>"$conf/synapse-bare.yaml"
    without_limits >>"$conf/synapse-bare.yaml"

    configure_synapse synapse-oauth "$hs_oauth_port" "$hs_oauth_tls"
    without_limits >>"$conf/synapse-oauth.yaml"
    without_rooms >>"$conf/synapse-oauth.yaml"
    cat >>"$conf/synapse-oauth.yaml" <<EOT
serve_client_wellknown: true
password_config: {enabled: false}
enable_registration: false
matrix_authentication_service: {enabled: true, endpoint: "http://127.0.0.1:$as_port/", secret: "$shared_secret"}
EOT
}

configure_sydent() {
    local name=$1 port=$2 tls=$3 terms=$4 texts=$5 texts_to_country=$6 mails=$7
    cat >"$conf/$name.conf" <<EOT
[general]
server.name = localhost:$tls
log.level = INFO
pidfile.path = $pids/$name.own
templates.path = $sydent_venv/res
brand.default = matrix-org
terms.path = $terms
ip.whitelist = 127.0.0.0/8
[db]
db.file = $data/$name.db
[http]
clientapi.http.bind_address = 127.0.0.1
clientapi.http.port = $port
client_http_base = http://127.0.0.1:$port
federation.verifycerts = False
[email]
email.from = Identity Server <is@mail.test>
email.smtphost = 127.0.0.1
email.smtpport = $smtp_port
email.hostname = mail.test
email.ratelimit_sender.burst = $mails
[sms]
bodyTemplate = Your code is {token}
username = user
password = password
smsrule.7 = reject
msisdn.ratelimit.burst = $texts
country.ratelimit.burst = $texts_to_country
[crypto]
ed25519.signingkey = $(cat "$conf/signing.key")
EOT
}

configure_synapse() {
    local name=$1 port=$2 tls=$3
    cat >"$conf/$name.yaml" <<EOT
server_name: "localhost:$tls"
public_baseurl: "http://127.0.0.1:$port/"
pid_file: "$pids/$name.own"
listeners:
  - {port: $port, type: http, tls: false, bind_addresses: ['127.0.0.1'], resources: [{names: [client, federation]}]}
  - {port: $tls, type: http, tls: true, bind_addresses: ['127.0.0.1'], resources: [{names: [client, federation]}]}
tls_certificate_path: "$conf/server.crt"
tls_private_key_path: "$conf/server.key"
database: {name: sqlite3, args: {database: "$data/$name.db"}}
log_config: "$conf/log.yaml"
signing_key_path: "$conf/signing.key"
macaroon_secret_key: "$shared_secret"
form_secret: "$shared_secret"
default_identity_server: "http://127.0.0.1:$is_port"
# Identity servers and mail are on the loopback, which Synapse refuses to talk to unless told otherwise.
ip_range_whitelist: ['127.0.0.0/8', '::1']
trusted_key_servers: []
suppress_key_server_warning: true
report_stats: false
EOT
}

# All that the operations of rooms need, and the proposals beyond the specification that Synapse has.
with_rooms() {
    local name=$1
    cat <<EOT
media_store_path: "$data/$name-media"
max_upload_size: 256M
url_preview_enabled: true
url_preview_ip_range_blacklist: ['10.0.0.0/8']
url_preview_ip_range_whitelist: ['127.0.0.0/8']
presence: {enabled: true}
user_directory: {enabled: true, search_all_users: true}
room_list_publication_rules: [{action: allow}]
turn_uris: ['turn:turn.test:3478?transport=udp']
turn_shared_secret: "$shared_secret"
turn_user_lifetime: 1h
app_service_config_files: ["$conf/bridge.yaml"]
max_event_delay_duration: 24h
# So that a page is not the one before the events that were just sent.
caches: {sync_response_cache_duration: 0s}
experimental_features:
  msc3814_enabled: true
  msc4222_enabled: true
  msc4306_enabled: true
EOT
}

without_rooms() {
    cat <<'EOT'
enable_media_repo: false
url_preview_enabled: false
presence: {enabled: false}
EOT
}

# The inbox is its other end.
configure_bridge() {
    cat >"$conf/bridge.yaml" <<EOT
id: bridge
url: "http://127.0.0.1:$inbox_port"
as_token: "$bridge_token"
hs_token: "$shared_secret-to-bridge"
sender_localpart: bridge_bot
rate_limited: false
namespaces: {users: [{exclusive: true, regex: '@bridge_.*'}], aliases: [{exclusive: true, regex: '#bridge_.*'}], rooms: []}
protocols: [irc]
EOT
}

with_accounts() {
    cat <<EOT
registration_shared_secret: "$shared_secret"
enable_registration: true
enable_registration_without_verification: true
# The cheapest that bcrypt has: passwords are not what is tested.
bcrypt_rounds: 4
EOT
}

with_threepids() {
    local identity_port=$1
    cat <<EOT
account_threepid_delegates: {msisdn: "http://127.0.0.1:$identity_port"}
email:
  smtp_host: 127.0.0.1
  smtp_port: $smtp_port
  require_transport_security: false
  notif_from: "Homeserver <noreply@mail.test>"
  enable_notifs: false
EOT
}

without_limits() {
    local name limit='{per_second: 10000, burst_count: 10000}'
    for name in message registration registration_token_validity 3pid_validation third_party_invite room_creation user_directory \
        reports key_requests media_create profile joins_per_room delayed_event_mgmt; do
        echo "rc_$name: $limit"
    done
    echo "rc_presence: {per_user: $limit}"
    echo "rc_joins: {local: $limit, remote: $limit}"
    echo "rc_invites: {per_room: $limit, per_user: $limit, per_issuer: $limit}"
    echo "rc_login: {address: $limit, account: $limit, failed_attempts: $limit}"
}

# Processes

start() {
    local name=$1 port tls
    if running "$name" >/dev/null; then return; fi
    for port in $(ports "$name"); do
        # Found here rather than in a log: servers of another clone, or ones whose state was deleted under them.
        if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            die "port $port is taken by another program: stop it, or set HARDLINE_HOMESERVER_PORT_BASE."
        fi
    done
    rm -rf "$data/$name".db* "$data/$name-media"
    case $name in
    inbox)
        spawn "$name" "$synapse_venv/bin/python" "$here/inbox.py" "$inbox_port" "$smtp_port"
        ;;
    sydent | sydent-limits)
        tls=$(ports "$name" | cut -d ' ' -f 2)
        spawn "$name" SYDENT_CONF="$conf/$name.conf" \
            SYDENT_SMS_URL="http://127.0.0.1:$inbox_port/sms/v4/mt" \
            SYDENT_TLS_PORT="$tls" SYDENT_TLS_CERT="$conf/server.crt" SYDENT_TLS_KEY="$conf/server.key" \
            SYDENT_STORE_SEND_ATTEMPT="$([ "$name" = sydent ] || echo yes)" \
            "$sydent_venv/bin/python" "$here/sydent_launcher.py"
        ;;
    authorization-server)
        spawn "$name" NODE_ENV=production ISSUER="http://127.0.0.1:$as_port/" HOMESERVER="http://127.0.0.1:$hs_oauth_port" \
            SECRET="$shared_secret" node "$as_dir/main.mjs"
        ;;
    synapse*)
        # Synapse reaches identity servers over TLS only, so it has to trust the authority.
        spawn "$name" SSL_CERT_FILE="$conf/ca.crt" "$synapse_venv/bin/python" -m synapse.app.homeserver -c "$conf/$name.yaml"
        ;;
    esac
}

# In a session of its own, so that an interrupt typed at the terminal reaches this script alone, which
# then takes the servers down in order.
spawn() {
    local name=$1
    shift
    setsid env "$@" >"$logs/$name.log" 2>&1 </dev/null &
    echo $! >"$pids/$name"
}

# Prints the process id of a server. The command line is checked because the number in the file may
# have been given to another process since.
running() {
    local pid
    # Not a bare `return`: inside the trap of `run` that would be the status of the command that was run.
    pid=$(cat "$pids/$1" 2>/dev/null) || return 1
    { tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qF "$home/"; } 2>/dev/null || return 1
    echo "$pid"
}

wait_for() {
    local name=$1
    for _ in {1..600}; do
        if curl -sf -o /dev/null --max-time 2 --noproxy '*' "$(health "$name")"; then return; fi
        if ! running "$name" >/dev/null; then
            tail -n 20 "$logs/$name.log" >&2
            die "$name ended while starting; its log is $logs/$name.log."
        fi
        sleep 0.1
    done
    die "$name did not answer in time; its log is $logs/$name.log."
}

stop() {
    local name=$1 pid
    if pid=$(running "$name"); then
        kill "$pid"
        for _ in {1..100}; do
            running "$name" >/dev/null || break
            sleep 0.1
        done
        if running "$name" >/dev/null; then kill -9 "$pid"; fi
    fi
    rm -f "$pids/$name"
}

ports() {
    case $1 in
    inbox) echo "$inbox_port $smtp_port" ;;
    sydent) echo "$is_port $is_tls" ;;
    sydent-limits) echo "$is_limits_port $is_limits_tls" ;;
    synapse) echo "$hs_port $hs_tls" ;;
    synapse-limits) echo "$hs_limits_port $hs_limits_tls" ;;
    synapse-bare) echo "$hs_bare_port $hs_bare_tls" ;;
    authorization-server) echo "$as_port" ;;
    synapse-oauth) echo "$hs_oauth_port $hs_oauth_tls" ;;
    esac
}

health() {
    local path=/health
    case $1 in
    sydent*) path=/_matrix/identity/versions ;;
    authorization-server) path=/test/health ;;
    esac
    echo "http://127.0.0.1:$(ports "$1" | cut -d ' ' -f 1)$path"
}

main "$@"; exit
