# Sourced by bindings/csharp/tests/run, in bindings/csharp. Installs what is missing: Debian's Mono, and from PyPI the runtime of
# .NET Core 3.1, into target/tools/dotnet. Sets RECOUP_DOTNET, empty where there is no CoreCLR for this machine.

dotnetcore2=3.1.23

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install() {
  echo "installing $*"
  as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

command -v mcs >/dev/null || install mono-mcs
command -v mono >/dev/null || install mono-runtime
[ -e /usr/lib/mono/4.5/System.Core.dll ] || install libmono-system-core4.0-cil
# For the made-up library of another version.
command -v cc >/dev/null || install gcc libc6-dev

if [ -z "${RECOUP_DOTNET:-}" ] && [ "$(uname -m)" = x86_64 ]; then
  python=../../target/tools/dotnet/bin/python
  if ! "$python" -c 'import dotnetcore2' 2>/dev/null; then
    python3 -c 'import ensurepip' 2>/dev/null || install python3-venv
    mkdir -p ../../target/tools
    python3 -m venv --clear ../../target/tools/dotnet
    "$python" -m pip install --quiet "dotnetcore2==$dotnetcore2"
  fi
  RECOUP_DOTNET=$("$python" -c 'import dotnetcore2; print(dotnetcore2.__path__[0] + "/bin/dotnet")')
fi
