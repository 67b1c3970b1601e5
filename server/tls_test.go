package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// mustCertify writes a certificate for localhost and its key into files, and
// sets their times.
func mustCertify(t *testing.T, certFile, keyFile string, serial int64, at time.Time) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: certificate}, keyFile: {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(certificate)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestServeTLS(t *testing.T) {
	dir := t.TempDir()
	c := config{tlsCert: filepath.Join(dir, "cert.pem"), tlsKey: filepath.Join(dir, "key.pem")}
	began := time.Now().Add(-time.Minute)
	first := mustCertify(t, c.tlsCert, c.tlsKey, 1, began)
	settings, err := c.tlsConfig(&url.URL{Scheme: "https", Host: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	server := &http.Server{TLSConfig: settings, Handler: http.NotFoundHandler()}
	go func() { ended <- serveUntil(ctx, server, listener, nil) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	dial := func(root *x509.Certificate, most uint16) (tls.ConnectionState, error) {
		roots := x509.NewCertPool()
		roots.AddCert(root)
		conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{
			RootCAs: roots, ServerName: "localhost", MaxVersion: most, NextProtos: []string{"h2"},
		})
		if err != nil {
			return tls.ConnectionState{}, err
		}
		defer conn.Close()
		return conn.ConnectionState(), nil
	}

	state, err := dial(first, 0)
	if err != nil {
		t.Fatal(err)
	}
	if state.Version != tls.VersionTLS13 || state.NegotiatedProtocol != "h2" {
		t.Errorf("got version %x and protocol %q", state.Version, state.NegotiatedProtocol)
	}
	if _, err := dial(first, tls.VersionTLS12); err == nil {
		t.Error("speaks TLS 1.2")
	}

	t.Run("a renewed certificate is used without a new start", func(t *testing.T) {
		second := mustCertify(t, c.tlsCert, c.tlsKey, 2, began.Add(time.Second))
		state, err := dial(second, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !state.PeerCertificates[0].Equal(second) {
			t.Error("it is the one before")
		}
	})
	t.Run("half a renewal leaves the one before", func(t *testing.T) {
		if err := os.WriteFile(c.tlsCert, []byte("not yet"), 0o600); err != nil {
			t.Fatal(err)
		}
		if state, err := settings.GetCertificate(nil); err != nil || state == nil {
			t.Errorf("got %v, %v", state, err)
		}
	})
}
