package main

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"os"
	"sync"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

// acmeFolder keeps the certificates that ACME brought, and the account's key.
const acmeFolder = "var/acme"

// encrypted reports whether the server itself speaks TLS.
func (c *config) encrypted() bool { return c.tlsCert != "" || c.acmeEmail != "" }

// checkTLS says what is wrong with the settings of TLS taken together.
func (c *config) checkTLS() []string {
	var problems []string
	if (c.tlsCert == "") != (c.tlsKey == "") {
		problems = append(problems, settingTLSCert.variable()+" and "+settingTLSKey.variable()+": one without the other is of no use")
	}
	if c.acmeEmail != "" && c.tlsCert != "" {
		problems = append(problems, settingACMEEmail.variable()+": certificates come from files or from ACME, not both")
	}
	if u, err := url.Parse(c.publicURL); c.encrypted() && c.publicURL != "" && (err != nil || u.Scheme != "https") {
		problems = append(problems, settingPublicURL.variable()+": must begin with https:// where the server speaks TLS")
	}
	if c.acmeEmail != "" && c.publicURL == "" {
		problems = append(problems, settingPublicURL.variable()+": must name the host that ACME is to certify")
	}
	return problems
}

// tlsConfig returns how the server speaks TLS: version 1.3 only.
func (c *config) tlsConfig(origin *url.URL) (*tls.Config, error) {
	if c.acmeEmail != "" {
		manager := &autocert.Manager{
			Prompt:     autocert.AcceptTOS,
			Cache:      autocert.DirCache(acmeFolder),
			HostPolicy: autocert.HostWhitelist(origin.Hostname()),
			Email:      c.acmeEmail,
		}
		config := manager.TLSConfig()
		config.MinVersion = tls.VersionTLS13
		return config, nil
	}
	files := &certificate{certFile: c.tlsCert, keyFile: c.tlsKey}
	if _, err := files.get(nil); err != nil {
		return nil, &usageError{[]string{settingTLSCert.variable() + ": " + err.Error()}}
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, GetCertificate: files.get}, nil
}

// certificate is one in files, read anew when they are renewed.
type certificate struct {
	certFile, keyFile string

	mu      sync.Mutex
	changed time.Time // of the newer file, when they were read
	read    *tls.Certificate
}

// get returns the certificate. Where what was renewed cannot be read, or not
// yet, it is the one before.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed, err := c.newest()
	if err == nil && (c.read == nil || !changed.Equal(c.changed)) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.certFile, c.keyFile); err == nil {
			c.read, c.changed = &pair, changed
		}
	}
	if c.read == nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return c.read, nil
}

func (c *certificate) newest() (time.Time, error) {
	var newest time.Time
	for _, file := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(file)
		if err != nil {
			return time.Time{}, err
		}
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return newest, nil
}
