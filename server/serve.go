package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"pleiades/server/crisisfile"
	"pleiades/server/httpapi"
	"pleiades/shared/crisis"
	"pleiades/shared/help"
	"pleiades/shared/help/articles"
	"pleiades/shared/phrase"
	"pleiades/web"
)

// Limits of connections.
const (
	headerTime = 10 * time.Second
	answerTime = 10 * time.Minute // the program over a very slow line; streams set their own
	idleTime   = 2 * time.Minute
	maxHeader  = 64 << 10 // bytes
	// stopTime is how long requests may take to end when the server stops.
	stopTime = 10 * time.Second
)

// serve runs the server until a signal stops it.
func (p program) serve(ctx context.Context, args []string) (err error) {
	c, err := p.serveConfig(args)
	if err != nil {
		return err
	}
	directory, err := crisisfile.Load(c.crisisFile, crisis.BuiltIn(), time.Now())
	if err != nil {
		return &usageError{[]string{settingCrisisFile.variable() + ": " + err.Error()}}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends it at once

	// Listening comes first, since it may choose the port of the origin.
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close()
	origin, err := c.origin(listener.Addr())
	if err != nil {
		return err
	}
	proxies, err := parseProxies(c.proxies)
	if err != nil {
		return err
	}
	log := p.log()
	c.publicURL = origin.String()
	resume := collectLess()
	defer resume()
	// What is shown is read and drawn while the database is opened: both take
	// their time.
	shown, loaded := sync.OnceValues(prepareShow), sync.OnceValues(web.Load)
	go func() { _, _ = loaded() }()
	go func() { _, _ = shown() }()
	h, err := openHouse(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	marks, err := h.openCheckpoints(c, log)
	if err != nil {
		return err
	}
	logins, err := h.prepareDemo(ctx, c)
	if err != nil {
		return err
	}
	if err := h.accounts.AppointOwners(ctx); err != nil {
		return err
	}
	mailer, err := h.newMailer(c, log)
	if err != nil {
		return err
	}
	limits, err := c.limits()
	if err != nil {
		return err
	}
	assets, err := loaded()
	if err != nil {
		return err
	}
	handler, drawn, err := httpapi.New(httpapi.Options{
		PublicURL: origin,
		Accounts:  h.accounts,
		Chat:      h.chat,
		Live:      h.live,
		Outbox:    h.outbox,
		Support:   h.support,
		Ready:     h.db.Ping,
		Assets:    assets,
		Crisis:    directory,
		Prepare:   shown,
		Feedback:  newFeedback(h.db, func() (*help.Library, error) { show, err := shown(); return show.Library, err }),
		Limits:    limits,
		Version:   version,
		Log:       log,

		TrustedProxies: proxies,
	})
	if err != nil {
		return err
	}
	if !c.encrypted() && !loopback(c.addr) {
		log.Warn("listening in the clear on an address others can reach: put a proxy that speaks TLS in front")
	}
	if c.trustsAnyDatabase() {
		log.Warn("nothing makes sure that the database is the one that is meant: add sslmode=verify-full to " + settingDatabaseURL.variable())
	}

	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	if c.encrypted() {
		if server.TLSConfig, err = c.tlsConfig(origin); err != nil {
			return err
		}
	}
	server.RegisterOnShutdown(h.live.Close)
	var background sync.WaitGroup
	defer background.Wait()
	working, stopWork := context.WithCancel(ctx)
	defer stopWork()
	background.Go(func() { h.sweep(working, log) })
	background.Go(func() { marks.run(working) })
	background.Go(func() { mailer.Run(working) })
	undrawn := make(chan error, 1)
	background.Go(func() {
		defer resume()
		if err := drawn(); err != nil {
			undrawn <- err
		}
	})
	fmt.Fprintf(p.stdout, "%sPleiades is listening on %s\n", logins, origin)
	return serveUntil(ctx, server, listener, undrawn)
}

// startGC is the GOGC of the start: nearly all that is made then stays, and
// looking for what does not would be a quarter of the work.
const startGC = 400

// collectLess collects less garbage until resume is called.
func collectLess() (resume func()) {
	before := debug.SetGCPercent(startGC)
	return sync.OnceFunc(func() { debug.SetGCPercent(before) })
}

// prepareShow reads and draws what the server shows of its own.
func prepareShow() (s httpapi.Show, err error) {
	if s.Library, err = articles.English(); err != nil {
		return s, err
	}
	if s.Weights, err = articles.Weights(); err != nil {
		return s, err
	}
	s.Pages = httpapi.NewPages(phrase.English(), s.Library)
	return s, nil
}

// serveUntil serves until ctx ends or something is broken, then lets the requests
// under way finish.
func serveUntil(ctx context.Context, server *http.Server, listener net.Listener, broken <-chan error) error {
	failed := make(chan error, 1)
	go func() {
		if server.TLSConfig != nil {
			failed <- server.ServeTLS(listener, "", "")
			return
		}
		failed <- server.Serve(listener)
	}()
	var fault error
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case fault = <-broken:
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fault, fmt.Errorf("stop: %w", err), server.Close())
	}
	return fault
}

// serveConfig reads the configuration of serve.
func (p program) serveConfig(args []string) (config, error) {
	var c config
	set := p.flags("serve", "[--demo] [flags]")
	set.BoolVar(&c.demo, "demo", false, "serve a demo practice, to this machine only")
	settings := append(storeSettings(), settingAddr, settingPublicURL, settingDemoPassword, settingCrisisFile,
		settingAuditSigningKey,
		settingTLSCert, settingTLSKey, settingACMEEmail, settingTrustedProxies,
		settingSMTPURL, settingBreachedFile, settingLoginLimit, settingMessageLimit)
	if err := p.parse(set, args, &c, settings...); err != nil {
		return c, err
	}
	problems := c.checkTLS()
	if c.demo && !loopback(c.addr) {
		problems = append(problems, settingAddr.variable()+": the demo listens on a loopback address only")
	}
	if c.loginLimit == "off" && !loopback(c.addr) {
		problems = append(problems, settingLoginLimit.variable()+": off is for a loopback address only")
	}
	if problems != nil {
		return c, &usageError{problems}
	}
	return c, nil
}
