package store

import (
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"net"
	"syscall"
)

// ended turns the error of a server that ends into driver.ErrBadConn.
func ended(err error) error {
	if state, _ := sqlState(err); state == adminShutdown || state == crashShutdown {
		return driver.ErrBadConn
	}
	return err
}

// Errors of a server that ends (https://www.postgresql.org/docs/current/errcodes-appendix.html).
const (
	adminShutdown = "57P01"
	crashShutdown = "57P02"
)

// checkAlive returns driver.ErrBadConn for a connection of the pool that the
// server has closed meanwhile, as it does when it is restarted: the pool then
// takes another, before anything was sent. While nothing is asked nothing is to be
// read, so what can be read is a farewell. It asks the system only, not the
// server.
func checkAlive(conn net.Conn) error {
	if sealed, ok := conn.(*tls.Conn); ok {
		conn = sealed.NetConn()
	}
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return driver.ErrBadConn
	}
	quiet := false
	err = raw.Control(func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT) // #nosec G115 -- the system's own number
		quiet = errors.Is(err, syscall.EAGAIN)
	})
	if err != nil || !quiet {
		return driver.ErrBadConn
	}
	return nil
}
