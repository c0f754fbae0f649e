#!/bin/sh
# Installs packages in the instance that an image is made of. Packer uploads and runs it,
# with these variables in its environment:
#   package_type  deb or rpm
#   packages      names, with versions if they are known, separated by spaces
#   repository    repositories to add for that, separated by semicolons
#   upgrade       not empty if everything else is to be upgraded, too
set -eu

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

each_repository() { # each_repository COMMAND: calls it with a number and a repository
	n=0
	old_ifs=$IFS
	IFS=';'
	for one in ${repository:-}; do
		IFS=$old_ifs
		n=$((n + 1))
		"$1" "$n" "$one"
		IFS=';'
	done
	IFS=$old_ifs
}

add_deb() {
	printf 'deb %s\n' "$2" | as_root tee "/etc/apt/sources.list.d/bake-$1.list" >/dev/null
}

add_rpm() {
	printf '[bake-%s]\nname=bake-%s\nbaseurl=%s\nenabled=1\ngpgcheck=0\n' "$1" "$1" "$2" | as_root tee "/etc/yum.repos.d/bake-$1.repo" >/dev/null
}

# A URL is a package's file: it is fetched first.
install_deb() {
	names=
	for one in ${packages:-}; do
		case $one in
		http://* | https://*)
			file=/tmp/bake-$(basename "$one")
			curl -fsSL -o "$file" "$one" || wget -q -O "$file" "$one"
			names="$names $file"
			;;
		*) names="$names $one" ;;
		esac
	done
	# shellcheck disable=SC2086 # names have no spaces
	[ -z "$names" ] || as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --allow-downgrades $names
}

manager() {
	if command -v dnf >/dev/null; then echo dnf; else echo yum; fi
}

case ${package_type:-} in
deb)
	each_repository add_deb
	as_root env DEBIAN_FRONTEND=noninteractive apt-get update
	[ -z "${upgrade:-}" ] || as_root env DEBIAN_FRONTEND=noninteractive apt-get upgrade -y
	install_deb
	as_root rm -f /etc/apt/sources.list.d/bake-*.list
	;;
rpm)
	each_repository add_rpm
	[ -z "${upgrade:-}" ] || as_root "$(manager)" update -y
	# shellcheck disable=SC2086 # names have no spaces
	[ -z "${packages:-}" ] || as_root "$(manager)" install -y $packages
	as_root rm -f /etc/yum.repos.d/bake-*.repo
	;;
*)
	echo "install_packages.sh: can't install packages of type '${package_type:-}'" >&2
	exit 1
	;;
esac
