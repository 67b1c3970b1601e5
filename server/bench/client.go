package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// client speaks HTTP/1.1 over one connection. It does no more than measuring
// needs, since the driver has the processors of the server it measures. It is not
// safe for concurrent use.
type client struct {
	conn   net.Conn
	in     *bufio.Reader
	out    []byte
	host   string
	cookie string
	body   []byte
}

// patience is how long an answer may take.
const patience = time.Minute

// dial connects to a server. The cookie may be empty. Limits count by address, so
// the n-th client comes from an address of its own.
func dial(addr, cookie string, n int) (*client, error) {
	from := &net.TCPAddr{IP: net.IPv4(127, 1, byte(n>>8), byte(n))} // #nosec G115 -- the low bits are meant
	dialer := net.Dialer{LocalAddr: from, Timeout: patience}
	conn, err := dialer.Dial("tcp4", addr)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 2048), host: "localhost:" + port, cookie: cookie}, nil
}

func (c *client) close() { _ = c.conn.Close() }

// do sends a request and returns the answer, which is good until the next one.
func (c *client) do(method, path string, body []byte) (status int, answer []byte, err error) {
	if err := c.send(method, path, "", body); err != nil {
		return 0, nil, err
	}
	return c.receive()
}

// send sends a request. The line is one more of its header, or empty.
func (c *client) send(method, path, line string, body []byte) error {
	out := append(c.out[:0], method...)
	out = append(out, ' ')
	out = append(out, path...)
	out = append(out, " HTTP/1.1\r\nHost: "...)
	out = append(out, c.host...)
	if c.cookie != "" {
		out = append(out, "\r\nCookie: "...)
		out = append(out, c.cookie...)
	}
	out = append(out, line...)
	if body != nil {
		out = append(out, "\r\nContent-Type: application/json\r\nContent-Length: "...)
		out = strconv.AppendInt(out, int64(len(body)), 10)
	}
	out = append(out, "\r\n\r\n"...)
	c.out = append(out, body...)
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := c.conn.Write(c.out)
	return err
}

func (c *client) receive() (status int, answer []byte, err error) {
	status, size, chunked, err := c.header()
	if err != nil {
		return 0, nil, err
	}
	c.body = c.body[:0]
	if !chunked {
		return status, c.body, c.read(size)
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return 0, nil, fmt.Errorf("read chunk: %w", err)
		}
		if err := c.read(int(n)); err != nil {
			return 0, nil, err
		}
		if _, err := c.in.Discard(2); err != nil {
			return 0, nil, err
		}
		if n == 0 {
			return status, c.body, nil
		}
	}
}

// read adds n bytes to the body.
func (c *client) read(n int) error {
	from := len(c.body)
	for cap(c.body) < from+n {
		c.body = append(c.body[:cap(c.body)], 0)
	}
	c.body = c.body[:from+n]
	_, err := io.ReadFull(c.in, c.body[from:])
	return err
}

// header reads the beginning of an answer.
func (c *client) header() (status, size int, chunked bool, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, false, err
	}
	if len(line) < 12 {
		return 0, 0, false, fmt.Errorf("no answer of HTTP: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, false, fmt.Errorf("no answer of HTTP: %q", line)
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, false, err
		}
		if len(line) <= 2 {
			return status, size, chunked, nil
		}
		if line[0] != 'C' && line[0] != 'T' { // most lines are none of these two
			continue
		}
		name, value, _ := strings.Cut(string(line), ":")
		switch value = strings.TrimSpace(value); name {
		case "Content-Length":
			if size, err = strconv.Atoi(value); err != nil {
				return 0, 0, false, fmt.Errorf("read Content-Length: %w", err)
			}
		case "Transfer-Encoding":
			chunked = value == "chunked"
		}
	}
}

// listen opens the stream of events and returns when the server has it.
// lastEventID may be empty.
func (c *client) listen(lastEventID string) error {
	line := ""
	if lastEventID != "" {
		line = "\r\nLast-Event-ID: " + lastEventID
	}
	if err := c.send("GET", "/api/v1/events", line, nil); err != nil {
		return err
	}
	status, _, _, err := c.header()
	if err != nil {
		return err
	}
	if status != 200 {
		return fmt.Errorf("open stream: status %d", status)
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("open stream: %w", err)
		}
		if line[0] == ':' {
			return c.conn.SetDeadline(time.Time{})
		}
	}
}

// await returns the id of the next message that the stream tells of.
func (c *client) await() ([]byte, error) {
	const mark = `"message":{"id":"`
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if at := bytes.Index(line, []byte(mark)); at >= 0 && len(line) > at+len(mark)+36 {
			return line[at+len(mark) : at+len(mark)+36], nil
		}
	}
}
