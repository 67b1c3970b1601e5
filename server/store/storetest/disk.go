package storetest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Disk lies under SQLite from its first use on: what is written goes where it
// always does, and the bytes of a file at the time it was last synced are kept
// aside. Of the rest nobody can say what survives a power cut, so that here
// nothing of it does.
//
// It is a VFS (https://www.sqlite.org/vfs.html) that hands all work to the one
// SQLite has anyway.
type Disk struct {
	// Full says that there is no room left.
	Full atomic.Bool

	dir string // of the database

	mu     sync.Mutex
	synced map[string][]byte // by file name
}

// vfs is what C code calls back into. SQLite knows one set of functions for all
// files, so it has to be shared by all disks.
var vfs struct {
	register sync.Once
	open     func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	name     uintptr

	mu    sync.Mutex
	disks []*Disk
	files map[uintptr]openFile
}

// openFile is a file of a disk that SQLite has opened.
type openFile struct {
	disk *Disk
	path string
	io   *sqlite3.Tsqlite3_io_methods // SQLite's own
}

// MustDisk makes a disk until the test ends and returns the URL of a database on
// it.
func MustDisk(t testing.TB) (d *Disk, url string) {
	t.Helper()
	vfs.register.Do(registerVFS)
	d = &Disk{dir: t.TempDir(), synced: make(map[string][]byte)}
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	vfs.disks = append(vfs.disks, d)
	return d, "sqlite:" + filepath.Join(d.dir, "test.db")
}

// PowerCut returns the URL of the database as it is after one.
func (d *Disk) PowerCut(t testing.TB) (url string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	dir := t.TempDir()
	for name, content := range d.synced {
		if _, err := os.Stat(filepath.Join(d.dir, name)); errors.Is(err, fs.ErrNotExist) {
			continue // it was deleted
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return "sqlite:" + filepath.Join(dir, "test.db")
}

func registerVFS() {
	vfs.files = make(map[uintptr]openFile)
	tls := libc.NewTLS()
	usual := sqlite3.Xsqlite3_vfs_find(tls, 0)
	ours := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	*at[sqlite3.Tsqlite3_vfs](ours) = *at[sqlite3.Tsqlite3_vfs](usual)
	name, err := libc.CString("storetest")
	if err != nil {
		panic(err) // out of memory
	}
	vfs.open = callable[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](at[sqlite3.Tsqlite3_vfs](usual).FxOpen)
	at[sqlite3.Tsqlite3_vfs](ours).FzName = name
	at[sqlite3.Tsqlite3_vfs](ours).FxOpen = pointer(openHook)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, ours, 1); rc != sqlite3.SQLITE_OK {
		panic(rc)
	}
}

// at is what lies at an address of C.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// callable is the function that a pointer of C points to, and pointer one to a
// function. That is how the driver, which is C turned into Go, calls itself.
func callable[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&struct{ p uintptr }{p})) }

func pointer[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f F }{f})) }

// openHook opens a file as ever, and puts our functions into the place of some of
// its own.
func openHook(tls *libc.TLS, self, name, file uintptr, flags int32, out uintptr) int32 {
	rc := vfs.open(tls, self, name, file, flags, out)
	if rc != sqlite3.SQLITE_OK || name == 0 {
		return rc
	}
	path := libc.GoString(name)
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	for _, d := range vfs.disks {
		if filepath.Dir(path) != d.dir {
			continue
		}
		own := at[sqlite3.Tsqlite3_io_methods](at[sqlite3.Tsqlite3_file](file).FpMethods)
		hooked := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*own)))
		*at[sqlite3.Tsqlite3_io_methods](hooked) = *own
		at[sqlite3.Tsqlite3_io_methods](hooked).FxSync = pointer(syncHook)
		at[sqlite3.Tsqlite3_io_methods](hooked).FxWrite = pointer(writeHook)
		at[sqlite3.Tsqlite3_file](file).FpMethods = hooked
		vfs.files[file] = openFile{d, path, own}
	}
	return rc
}

func opened(file uintptr) openFile {
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	return vfs.files[file]
}

func syncHook(tls *libc.TLS, file uintptr, flags int32) int32 {
	f := opened(file)
	rc := callable[func(*libc.TLS, uintptr, int32) int32](f.io.FxSync)(tls, file, flags)
	if rc == sqlite3.SQLITE_OK {
		f.disk.mu.Lock()
		defer f.disk.mu.Unlock()
		content, err := os.ReadFile(f.path)
		if err != nil {
			return sqlite3.SQLITE_IOERR_FSYNC
		}
		f.disk.synced[filepath.Base(f.path)] = content
	}
	return rc
}

func writeHook(tls *libc.TLS, file, data uintptr, amount int32, offset sqlite3.Tsqlite3_int64) int32 {
	f := opened(file)
	if f.disk.Full.Load() {
		info, err := os.Stat(f.path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && offset+int64(amount) > info.Size() || strings.HasSuffix(f.path, "-wal") {
			return sqlite3.SQLITE_FULL
		}
	}
	return callable[func(*libc.TLS, uintptr, uintptr, int32, sqlite3.Tsqlite3_int64) int32](f.io.FxWrite)(tls, file, data, amount, offset)
}
