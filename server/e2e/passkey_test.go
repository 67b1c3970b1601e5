package e2e

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// HoldPasskeys gives the tab a device that holds passkeys, unlocked by its
// owner, with the extension that lets them give secrets. It returns how to name
// it to the browser.
func (tab *Tab) HoldPasskeys() webauthn.AuthenticatorID {
	tab.t.Helper()
	var authenticator webauthn.AuthenticatorID
	tab.do("hold passkeys", webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		authenticator, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol:                    webauthn.AuthenticatorProtocolCtap2,
			Ctap2version:                webauthn.Ctap2versionCtap21,
			Transport:                   webauthn.AuthenticatorTransportInternal,
			HasResidentKey:              true,
			HasUserVerification:         true,
			HasPrf:                      true,
			AutomaticPresenceSimulation: true,
			IsUserVerified:              true,
		}).Do(ctx)
		return err
	}))
	return authenticator
}

// keepSecrets has passkeys give no secrets, as many do not.
func (tab *Tab) keepSecrets() {
	tab.t.Helper()
	tab.do("keep secrets", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(`PublicKeyCredential.prototype.getClientExtensionResults = () => ({});`).Do(ctx)
		return err
	}))
}

// totpCode returns the code of an authenticator app with a secret at a time
// (RFC 6238 with its defaults).
func totpCode(secret string, at time.Time) (string, error) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/30) // a hash takes everything
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000), nil
}

// MailLink waits for a mail to an address that holds a link to a path, and
// returns the link.
func (s *Server) MailLink(to, path string) string {
	s.t.Helper()
	return s.inMail(to, regexp.QuoteMeta(s.URL+path)+`#[\w.-]+`)
}

// inMail waits for a mail to an address in which something fits a pattern, and
// returns that.
func (s *Server) inMail(to, pattern string) string {
	s.t.Helper()
	fits := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(s.dir, "var", "mail", "*.eml"))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, name := range files {
			if found := fits.FindString(s.mailText(name, to)); found != "" {
				return found
			}
		}
	}
	s.t.Fatalf("no mail to %s with %s", to, pattern)
	return ""
}

// mailText returns the text of a mail, empty if it is to somebody else.
func (s *Server) mailText(name, to string) string {
	s.t.Helper()
	file, err := os.Open(name)
	if err != nil {
		s.t.Fatal(err)
	}
	defer file.Close()
	m, err := mail.ReadMessage(file)
	if err != nil || !strings.Contains(m.Header.Get("To"), to) {
		return "" // not for them, or not written to its end yet
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// forgetMail removes the mails there are.
func (s *Server) forgetMail() {
	s.t.Helper()
	if err := os.RemoveAll(filepath.Join(s.dir, "var", "mail")); err != nil {
		s.t.Fatal(err)
	}
}
