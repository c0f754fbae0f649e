package expression

import (
	"slices"
	"strings"
)

// class describes a Java class as far as expressions can tell: its name, what
// it can be assigned to, and the methods that may be called.
type class struct {
	name        string
	super       *class
	interfaces  []*class
	isInterface bool
	isEnum      bool
	boxed       *class // of a primitive: its wrapper
	component   *class // of an array
	arrayOf     *class // the array class of this component, once made

	own       []*method
	instance  map[string][]*method // by name, with what is inherited
	static    map[string][]*method
	construct []*method
}

func newClass(name string, super *class, interfaces ...*class) *class {
	return &class{name: name, super: super, interfaces: interfaces}
}

func newInterface(name string, interfaces ...*class) *class {
	return &class{name: name, interfaces: interfaces, isInterface: true}
}

func newPrimitive(name string, boxed *class) *class { return &class{name: name, boxed: boxed} }

func newArrayClass(component *class) *class {
	c := &class{component: component, super: classObject}
	switch component.name {
	case "byte":
		c.name = "[B"
	case "char":
		c.name = "[C"
	case "int":
		c.name = "[I"
	case "long":
		c.name = "[J"
	case "double":
		c.name = "[D"
	case "float":
		c.name = "[F"
	case "boolean":
		c.name = "[Z"
	case "short":
		c.name = "[S"
	default:
		if component.component != nil {
			c.name = "[" + component.name
		} else {
			c.name = "[L" + component.name + ";"
		}
	}
	component.arrayOf = c
	return c
}

// arrayClass is the class of arrays of a component.
func arrayClass(component *class) *class {
	if component.arrayOf != nil {
		return component.arrayOf
	}
	return classObjectArray
}

func (c *class) primitive() bool { return c.boxed != nil }

// typeName is the name as Java source writes it.
func (c *class) typeName() string {
	if c == nil {
		return "null"
	}
	if c.component != nil {
		return c.component.typeName() + "[]"
	}
	return c.name
}

func (c *class) simpleName() string {
	name := c.name[strings.LastIndexByte(c.name, '.')+1:]
	return name[strings.LastIndexByte(name, '$')+1:]
}

// assignableFrom tells whether a value of class other may stand where c is
// wanted, counting a wrapper as its primitive.
func (c *class) assignableFrom(other *class) bool {
	if c == other || c == classObject {
		return true
	}
	if c.boxed != nil {
		return c.boxed == other
	}
	if other.boxed != nil {
		return c.assignableFrom(other.boxed)
	}
	if c.component != nil {
		return other.component != nil && !c.component.primitive() && !other.component.primitive() &&
			c.component.assignableFrom(other.component)
	}
	for k := other; k != nil; k = k.super {
		if k == c {
			return true
		}
		if slices.ContainsFunc(k.interfaces, c.assignableFrom) {
			return true
		}
	}
	return false
}

// primitives and the classes everything else is built from.
var (
	classObject      = newClass("java.lang.Object", nil)
	classObjectArray = newArrayClass(classObject)

	classComparable   = newInterface("java.lang.Comparable")
	classCharSequence = newInterface("java.lang.CharSequence")
	classIterable     = newInterface("java.lang.Iterable")
	classCollection   = newInterface("java.util.Collection", classIterable)
	classList         = newInterface("java.util.List", classCollection)
	classSet          = newInterface("java.util.Set", classCollection)
	classMap          = newInterface("java.util.Map")
	classMapEntry     = newInterface("java.util.Map$Entry")
	classComparator   = newInterface("java.util.Comparator")

	classNumber     = newClass("java.lang.Number", classObject)
	classInteger    = newClass("java.lang.Integer", classNumber, classComparable)
	classLong       = newClass("java.lang.Long", classNumber, classComparable)
	classShort      = newClass("java.lang.Short", classNumber, classComparable)
	classByte       = newClass("java.lang.Byte", classNumber, classComparable)
	classFloat      = newClass("java.lang.Float", classNumber, classComparable)
	classDouble     = newClass("java.lang.Double", classNumber, classComparable)
	classBigInteger = newClass("java.math.BigInteger", classNumber, classComparable)
	classBoolean    = newClass("java.lang.Boolean", classObject, classComparable)
	classCharacter  = newClass("java.lang.Character", classObject, classComparable)
	classString     = newClass("java.lang.String", classObject, classCharSequence, classComparable)
	classClass      = newClass("java.lang.Class", classObject)
	classEnum       = newClass("java.lang.Enum", classObject, classComparable)
	classVoid       = newPrimitive("void", newClass("java.lang.Void", classObject))

	classIntPrim     = newPrimitive("int", classInteger)
	classLongPrim    = newPrimitive("long", classLong)
	classShortPrim   = newPrimitive("short", classShort)
	classBytePrim    = newPrimitive("byte", classByte)
	classFloatPrim   = newPrimitive("float", classFloat)
	classDoublePrim  = newPrimitive("double", classDouble)
	classBooleanPrim = newPrimitive("boolean", classBoolean)
	classCharPrim    = newPrimitive("char", classCharacter)

	classStringArray = newArrayClass(classString)
	classByteArray   = newArrayClass(classBytePrim)
	classCharArray   = newArrayClass(classCharPrim)
	classIntArray    = newArrayClass(classIntPrim)
	classLongArray   = newArrayClass(classLongPrim)
	classShortArray  = newArrayClass(classShortPrim)
	classFloatArray  = newArrayClass(classFloatPrim)
	classDoubleArray = newArrayClass(classDoublePrim)
	classBoolArray   = newArrayClass(classBooleanPrim)
	classIntegers    = newArrayClass(classInteger)
	classLongs       = newArrayClass(classLong)
	classDoubles     = newArrayClass(classDouble)
	classBooleans    = newArrayClass(classBoolean)
	classSequences   = newArrayClass(classCharSequence)
	classMapArray    = newArrayClass(classLinkedHashMap)

	classAbstractCollection = newClass("java.util.AbstractCollection", classObject, classCollection)
	classAbstractList       = newClass("java.util.AbstractList", classAbstractCollection, classList)
	classAbstractSet        = newClass("java.util.AbstractSet", classAbstractCollection, classSet)
	classArrayList          = newClass("java.util.ArrayList", classAbstractList, classList)
	classSubList            = newClass("java.util.ArrayList$SubList", classAbstractList)
	classUnmodifiableColl   = newClass("java.util.Collections$UnmodifiableCollection", classObject, classCollection)
	classUnmodifiableList0  = newClass("java.util.Collections$UnmodifiableList", classUnmodifiableColl, classList)
	classUnmodifiableList   = newClass("java.util.Collections$UnmodifiableRandomAccessList", classUnmodifiableList0)
	classUnmodifiableSet    = newClass("java.util.Collections$UnmodifiableSet", classUnmodifiableColl, classSet)
	classUnmodifiableEnts   = newClass("java.util.Collections$UnmodifiableMap$UnmodifiableEntrySet", classUnmodifiableSet)
	classImmutableSet       = newClass("com.google.common.collect.RegularImmutableSet", classAbstractCollection, classSet)
	classSingletonSet       = newClass("com.google.common.collect.SingletonImmutableSet", classAbstractCollection, classSet)
	classImmutableList      = newClass("com.google.common.collect.RegularImmutableList", classAbstractCollection, classList)
	classSingletonList      = newClass("com.google.common.collect.SingletonImmutableList", classAbstractCollection, classList)
	classSetN               = newClass("java.util.ImmutableCollections$SetN", classAbstractCollection, classSet)
	classSet12              = newClass("java.util.ImmutableCollections$Set12", classAbstractCollection, classSet)
	classHashSet            = newClass("java.util.HashSet", classAbstractSet)
	classLinkedHashSet      = newClass("java.util.LinkedHashSet", classHashSet)
	classLinkedKeySet       = newClass("java.util.LinkedHashMap$LinkedKeySet", classAbstractSet)
	classLinkedValues       = newClass("java.util.LinkedHashMap$LinkedValues", classAbstractCollection)
	classLinkedEntrySet     = newClass("java.util.LinkedHashMap$LinkedEntrySet", classAbstractSet)
	classHashKeySet         = newClass("java.util.HashMap$KeySet", classAbstractSet)
	classHashValues         = newClass("java.util.HashMap$Values", classAbstractCollection)
	classHashEntrySet       = newClass("java.util.HashMap$EntrySet", classAbstractSet)

	classAbstractMap     = newClass("java.util.AbstractMap", classObject, classMap)
	classHashMap         = newClass("java.util.HashMap", classAbstractMap)
	classLinkedHashMap   = newClass("java.util.LinkedHashMap", classHashMap)
	classUnmodifiableMap = newClass("java.util.Collections$UnmodifiableMap", classObject, classMap)
	classEmptyMap        = newClass("java.util.Collections$EmptyMap", classAbstractMap)
	classForwardingMap   = newClass("com.google.common.collect.ForwardingMap", classObject, classMap)
	classStageContext    = newClass("com.netflix.spinnaker.orca.pipeline.model.StageContext", classForwardingMap, classMap)
	classHashNode        = newClass("java.util.HashMap$Node", classObject, classMapEntry)
	classLinkedEntry     = newClass("java.util.LinkedHashMap$Entry", classHashNode)
)
