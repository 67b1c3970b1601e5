package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"pleiades/server/notify"
	"pleiades/shared/message"
)

// config is what the environment and the flags say. Each command reads the
// part it needs.
type config struct {
	addr         string
	publicURL    string // empty: http://localhost with the port listened on
	databaseURL  string // may hold a password
	keyFile      string
	checkpoints  string // folder
	signingKey   string // file
	demo         bool
	demoPassword string // empty: a generated one
	crisisFile   string // empty: only the numbers that come with the product

	tlsCert, tlsKey string // files; empty: no TLS, or by ACME
	acmeEmail       string
	proxies         string // addresses and prefixes, separated by commas
	smtpURL         string // empty: mails go to files; may hold a password
	breachedFile    string // empty: only the passwords that come with the product
	loginLimit      string
	messageLimit    string
}

// setting is a value of the configuration: a flag, and a variable of the same
// name for where the flag is not given.
type setting struct {
	name  string // of the flag; the variable is PLEIADES_ and this in capitals
	value func(*config) *string
	usual string // the default
	usage string
}

var (
	settingAddr = setting{"addr", func(c *config) *string { return &c.addr }, "127.0.0.1:8000",
		"`address` to listen on"}
	settingPublicURL = setting{"public-url", func(c *config) *string { return &c.publicURL }, "",
		"the one origin served, as browsers see it; other hosts are refused (default http://localhost with the port listened on)"}
	settingDatabaseURL = setting{"database-url", func(c *config) *string { return &c.databaseURL }, "sqlite:var/pleiades.db",
		"sqlite:`path` or postgres://user:password@host/name"}
	settingKeyFile = setting{"key-file", func(c *config) *string { return &c.keyFile }, "var/keys/kek",
		"`file` with the key-encryption keys, created on the very first start"}
	settingCheckpointDir = setting{"checkpoint-dir", func(c *config) *string { return &c.checkpoints }, "var/checkpoints",
		"`folder` for the daily signed checkpoints of the audit log, best on another host"}
	settingAuditSigningKey = setting{"audit-signing-key", func(c *config) *string { return &c.signingKey }, "var/keys/audit",
		"`file` with the key that signs the checkpoints, created on the first start; to verify, the public key is enough"}
	settingDemoPassword = setting{"demo-password", func(c *config) *string { return &c.demoPassword }, "",
		"password of the demo accounts (default a generated one, kept in " + demoPasswordFile + ")"}
	settingCrisisFile = setting{"crisis-file", func(c *config) *string { return &c.crisisFile }, "",
		"JSON `file` with emergency numbers and crisis lines of your own, beside or in place of those that come with the program"}
	settingTLSCert = setting{"tls-cert", func(c *config) *string { return &c.tlsCert }, "",
		"`file` with the certificates of TLS, read anew when it changes (default none: listen in the clear)"}
	settingTLSKey = setting{"tls-key", func(c *config) *string { return &c.tlsKey }, "",
		"`file` with the key of TLS"}
	settingACMEEmail = setting{"acme-email", func(c *config) *string { return &c.acmeEmail }, "",
		"`address` for the account with Let's Encrypt, whose terms this accepts: certificates come from there, kept in " + acmeFolder}
	settingTrustedProxies = setting{"trusted-proxies", func(c *config) *string { return &c.proxies }, "",
		"`addresses` and prefixes, separated by commas, whose X-Forwarded-For and X-Forwarded-Host are believed"}
)

var (
	settingSMTPURL = setting{"smtp-url", func(c *config) *string { return &c.smtpURL }, "",
		"smtp://user:password@host:port?from=address, over STARTTLS, or smtps://…; without it mails are written to " + mailFolder}
	settingBreachedFile = setting{"breached-file", func(c *config) *string { return &c.breachedFile }, "",
		"`file` with passwords that nobody may choose, one a line, beside those that come with the program"}
	settingLoginLimit = setting{"login-limit", func(c *config) *string { return &c.loginLimit }, "10/1m",
		"failed logins of one address: how many at once, then one every so often; off on a loopback address only"}
	settingMessageLimit = setting{"message-limit", func(c *config) *string { return &c.messageLimit }, "60/1s",
		"messages of one account: how many at once, then one every so often; or off"}
)

// mailFolder is where mails go while no mail server is set up.
const mailFolder = "var/mail"

func (s setting) variable() string {
	return "PLEIADES_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// storeSettings are those of every command that opens the database.
func storeSettings() []setting {
	return []setting{settingDatabaseURL, settingKeyFile, settingCheckpointDir}
}

// flags makes the flags of a command, which print their help to stdout.
func (p program) flags(words, usage string) *flag.FlagSet {
	set := flag.NewFlagSet(words, flag.ContinueOnError)
	set.SetOutput(p.stdout)
	set.Usage = func() {
		fmt.Fprintf(p.stdout, "Usage: pleiades %s %s\n", words, usage)
		set.PrintDefaults()
	}
	return set
}

// parse reads flags and variables. All that is wrong comes as one usageError.
func (p program) parse(set *flag.FlagSet, args []string, c *config, settings ...setting) error {
	for _, s := range settings {
		set.StringVar(s.value(c), s.name, s.usual, s.usage+"; "+s.variable())
	}
	if err := parseQuietly(set, args); err != nil {
		return err
	}
	given := make(map[string]bool)
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, s := range settings {
		if value := p.getenv(s.variable()); value != "" && !given[s.name] {
			*s.value(c) = value
		}
	}
	var problems []string
	if set.NArg() > 0 {
		problems = append(problems, "unexpected argument after the flags")
	}
	for _, s := range settings {
		if err := s.check(c); err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", s.variable(), err))
		}
	}
	if problems != nil {
		return &usageError{problems}
	}
	return nil
}

// parseQuietly parses the flags, printing usage only where it is asked for.
func parseQuietly(set *flag.FlagSet, args []string) error {
	usage := set.Usage
	set.Usage = func() {}
	out := set.Output()
	set.SetOutput(io.Discard)
	err := set.Parse(args)
	set.SetOutput(out)
	if err == flag.ErrHelp {
		usage()
		return err
	}
	if err != nil {
		return &usageError{[]string{err.Error() + "; see --help"}}
	}
	return nil
}

// check says what is wrong with the value, without repeating it: it may hold a
// password.
func (s setting) check(c *config) error {
	value := *s.value(c)
	switch s.name {
	case settingAddr.name:
		return checkAddr(value)
	case settingPublicURL.name:
		return checkPublicURL(value)
	case settingDatabaseURL.name:
		return checkDatabaseURL(value)
	case settingCheckpointDir.name:
		if value == "" {
			return fmt.Errorf("must name a folder")
		}
	case settingKeyFile.name, settingAuditSigningKey.name:
		if value == "" {
			return fmt.Errorf("must name a file")
		}
	case settingSMTPURL.name:
		if value != "" {
			return notify.CheckSMTP(value)
		}
	case settingLoginLimit.name, settingMessageLimit.name:
		_, err := parseRate(value)
		return err
	case settingDemoPassword.name:
		if n := message.Length(message.Text(value)); value != "" && (n < 12 || n > 128) {
			return fmt.Errorf("must have 12 to 128 characters")
		}
	case settingTrustedProxies.name:
		_, err := parseProxies(value)
		return err
	}
	return nil
}

// parseProxies reads addresses and prefixes, separated by commas.
func parseProxies(text string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if addr, wrong := netip.ParseAddr(part); wrong == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("must list addresses or prefixes such as 10.0.0.0/8, separated by commas")
		}
		list = append(list, prefix.Masked())
	}
	return list, nil
}

func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("must be host:port")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("the port must be a number up to 65535")
	}
	return nil
}

// checkDatabaseURL accepts a server or a file. With two slashes SQLite takes
// the first folder for a host.
func checkDatabaseURL(text string) error {
	path, file := strings.CutPrefix(text, "sqlite:")
	switch {
	case !file && !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://"):
		return fmt.Errorf("must begin with sqlite: or postgres://")
	case file && (path == "" || path == ":memory:" || strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///")):
		return fmt.Errorf("must name a file, such as sqlite:var/pleiades.db")
	}
	return nil
}

// checkPublicURL accepts an origin: host and perhaps port, https, or http on
// this machine.
func checkPublicURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("must be an origin such as https://care.example, without a path")
	}
	if host := u.Hostname(); u.Scheme == "http" && host != "localhost" && host != "127.0.0.1" {
		return fmt.Errorf("must begin with https://: browsers keep neither the login nor the app of another host in the clear")
	}
	return nil
}

// loopback reports whether only this machine can reach the address.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// trustsAnyDatabase reports whether the database is on another machine and nothing
// makes sure that it is the one that is meant: the driver then takes any
// certificate, or speaks in the clear.
func (c *config) trustsAnyDatabase() bool {
	u, err := url.Parse(c.databaseURL)
	if err != nil || u.Hostname() == "" || loopback(net.JoinHostPort(u.Hostname(), "0")) {
		return false
	}
	return u.Query().Get("sslmode") != "verify-full"
}

// origin returns the URL served, given the address really listened on.
func (c *config) origin(listening net.Addr) (*url.URL, error) {
	text := c.publicURL
	if text == "" {
		_, port, err := net.SplitHostPort(listening.String())
		if err != nil {
			return nil, fmt.Errorf("read the address listened on: %w", err)
		}
		text = "http://localhost:" + port
		if c.encrypted() {
			text = "https://localhost:" + port
		}
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read the public URL: %w", err)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}
