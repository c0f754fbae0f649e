package expression

import (
	"crypto/md5" //nolint:gosec // UUIDs of names are made with it
	"crypto/rand"
	bigendian "encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// uuid is a java.util.UUID.
type uuid [16]byte

func (u uuid) javaClass() *class { return classUUID }

func (u uuid) equals(o any) bool { return any(u) == o }

func (u uuid) hash() int32 { return longHash(u.half(0) ^ u.half(8)) }

func (u uuid) half(at int) int64 { return int64(bigendian.BigEndian.Uint64(u[at:])) }

func (u uuid) text() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

func (u uuid) compare(o any) int {
	v := o.(uuid)
	if c := compareOf(u.half(0), v.half(0)); c != 0 {
		return c
	}
	return compareOf(u.half(8), v.half(8))
}

func parseUUID(s string) (any, error) {
	if s == "" {
		return nil, nil
	}
	parts := strings.Split(s, "-")
	bad := fail(exArgument, "'%s' is no UUID", s)
	if len(parts) != 5 {
		return nil, bad
	}
	var text strings.Builder
	for i, size := range []int{8, 4, 4, 4, 12} {
		if parts[i] == "" || len(parts[i]) > size {
			return nil, bad
		}
		text.WriteString(strings.Repeat("0", size-len(parts[i])) + parts[i])
	}
	var u uuid
	if _, err := hex.Decode(u[:], []byte(text.String())); err != nil {
		return nil, bad
	}
	return u, nil
}

func defineUUID() {
	c := classUUID
	self := func(in *invocation) uuid { return in.self.(uuid) }
	c.def("new(long,long)", give(func(in *invocation) any {
		var u uuid
		bigendian.BigEndian.PutUint64(u[:], uint64(in.long(0)))
		bigendian.BigEndian.PutUint64(u[8:], uint64(in.long(1)))
		return u
	}))
	c.def("static randomUUID()UUID", give(func(*invocation) any {
		var u uuid
		_, _ = rand.Read(u[:])
		u[6], u[8] = u[6]&0x0F|0x40, u[8]&0x3F|0x80
		return u
	}))
	c.def("static fromString(String)UUID", func(in *invocation) (any, error) {
		s, ok := in.args[0].(string)
		if !ok {
			return nil, fail(exNull, "the text is null")
		}
		u, err := parseUUID(s)
		if err == nil && u == nil {
			err = fail(exArgument, "'' is no UUID")
		}
		return u, err
	})
	c.def("static nameUUIDFromBytes(byte[])UUID", give(func(in *invocation) any {
		u := uuid(md5.Sum(toBytes(in.args[0]))) //nolint:gosec // as Java does
		u[6], u[8] = u[6]&0x0F|0x30, u[8]&0x3F|0x80
		return u
	}))
	c.def("version()int", give(func(in *invocation) any { u := self(in); return int32(u[6] >> 4) }))
	c.def("variant()int", give(func(in *invocation) any {
		switch u := self(in); {
		case u[8]>>7 == 0:
			return int32(0)
		case u[8]>>6 == 2:
			return int32(2)
		default:
			return int32(u[8] >> 5)
		}
	}))
	c.def("getMostSignificantBits()long", give(func(in *invocation) any { return self(in).half(0) }))
	c.def("getLeastSignificantBits()long", give(func(in *invocation) any { return self(in).half(8) }))
	c.def("compareTo(UUID)int", give(func(in *invocation) any {
		if in.args[0] == nil {
			return int32(1)
		}
		return int32(self(in).compare(in.args[0]))
	}))
	timeBased := func(read func(u uuid) any) func(*invocation) (any, error) {
		return func(in *invocation) (any, error) {
			u := self(in)
			if u[6]>>4 != 1 {
				return nil, fail(exUnsupported, "the UUID is not time-based")
			}
			return read(u), nil
		}
	}
	c.def("timestamp()long", timeBased(func(u uuid) any {
		return int64(bigendian.BigEndian.Uint16(u[6:])&0x0FFF)<<48 | int64(bigendian.BigEndian.Uint16(u[4:]))<<32 | int64(bigendian.BigEndian.Uint32(u[:]))
	}))
	c.def("clockSequence()int", timeBased(func(u uuid) any { return int32(bigendian.BigEndian.Uint16(u[8:]) & 0x3FFF) }))
	c.def("node()long", timeBased(func(u uuid) any { return u.half(8) & 0xFFFFFFFFFFFF }))
}
