package helm

import (
	"reflect"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// varying are the functions of templates whose results differ from one time to the next.
// Those of dates do if they are given something that is not a date.
var varying = []string{
	"ago", "bcrypt", "buildCustomCert", "date", "date_in_zone", "dateInZone", "durationRound", "encryptAES", "genCA", "genCAWithKey",
	"genPrivateKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "htmlDate",
	"htmlDateInZone", "htpasswd", "now", "randAlpha", "randAlphaNum", "randAscii", "randBytes", "randInt", "randNumeric", "shuffle", "uuidv4",
}

// noting gives functions that note whether any varying one is called.
func noting(functions template.FuncMap, called *bool) template.FuncMap {
	of := sprig.TxtFuncMap()
	for _, name := range varying {
		function := functions[name]
		if function == nil {
			function = of[name]
		}
		if function != nil {
			functions[name] = noted(function, called)
		}
	}
	return functions
}

func noted(function any, called *bool) any {
	of := reflect.ValueOf(function)
	return reflect.MakeFunc(of.Type(), func(args []reflect.Value) []reflect.Value {
		*called = true
		if of.Type().IsVariadic() {
			return of.CallSlice(args)
		}
		return of.Call(args)
	}).Interface()
}
