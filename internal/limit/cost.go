package limit

// What the parts of a decoded value take, in bytes, on a 64-bit machine: a map's
// header and first group of slots, a further slot, a list's header, a place in a
// list with the slack of appending, and the header of a text in an interface.
const (
	costMap     = 64
	costGroup   = 288
	costSlot    = 72
	costList    = 48
	costItem    = 24
	costText    = 24
	groupLength = 8
)

// TextCost is what a text of so many bytes takes, or the text of a number.
func TextCost(length int) Cost { return Cost{Nodes: 1, Bytes: costText + int64(length)} }

// MapCost is what holding so many keys and values takes, each counted, beside them.
func MapCost(length int) Cost {
	return Cost{Bytes: costMap + costGroup + int64(length)*costItem + int64(max(0, length-2*groupLength))*costSlot/2}
}

// ListCost is what holding so many members takes beside them.
func ListCost(length int) Cost { return Cost{Bytes: costList + int64(length)*costItem} }

// most keeps sums from overflowing: each anchor of YAML may double the one before.
const most = int64(1) << 50

// Plus is the cost of two values side by side.
func (c Cost) Plus(other Cost) Cost {
	return Cost{
		Nodes: min(c.Nodes+other.Nodes, most), Bytes: min(c.Bytes+other.Bytes, most), Depth: max(c.Depth, other.Depth),
	}
}
