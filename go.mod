module github.com/gennaker/gennaker

go 1.26

require (
	github.com/go-viper/mapstructure/v2 v2.5.0 // indirect
	github.com/oklog/ulid/v2 v2.1.2 // indirect
)
