# Sourced by bindings/csharp/tests/run and bench/run, in bindings/csharp. Sets `out`, a folder of their own.

for tool in mcs mono; do
  command -v "$tool" >/dev/null || {
    echo "$tool is missing: apt-get install mono-mcs mono-runtime libmono-system-core4.0-cil" >&2
    exit 2
  }
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# What the tests and the runtimes themselves leave behind lies there too.
mkdir "$out/tmp"
export TMPDIR=$out/tmp

# recoup_library PROFILE: builds the library unless RECOUP_LIBRARY_DIR has one, and lets the loader find it.
recoup_library() {
  local folder=${RECOUP_LIBRARY_DIR:-}
  if [ -z "$folder" ]; then
    folder=$(cd ../.. && cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
    (cd ../.. && cargo build --quiet --locked -p recoup --lib --profile "$([ "$1" = debug ] && echo dev || echo "$1")")
    folder=$folder/$1
  fi
  [ -e "$folder/librecoup.so" ] || { echo "no librecoup.so in $folder" >&2; exit 2; }
  export LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  mcs -warnaserror -langversion:7.2 -unsafe -target:library -out:"$out/Recoup.dll" -doc:"$out/Recoup.xml" \
    $(find unity/Runtime -name '*.cs')
}

# recoup_compile NAME FILE...: a program over the binding.
recoup_compile() {
  local name=$1
  shift
  mcs -warnaserror -langversion:7.2 -unsafe -r:"$out/Recoup.dll" -r:System.Core.dll -out:"$out/$name.exe" "$@"
}

# coreclr PROGRAM ARGUMENT...: on the runtime of RECOUP_DOTNET, whatever version that is.
coreclr() {
  local version
  version=$(ls "$(dirname "$(readlink -f "$(command -v "$RECOUP_DOTNET")")")/shared/Microsoft.NETCore.App" | sort -V | tail -1)
  cat >"$out/coreclr.json" <<JSON
{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "$version"},
 "configProperties": {"System.Globalization.Invariant": true}}}
JSON
  "$RECOUP_DOTNET" exec --runtimeconfig "$out/coreclr.json" "$@"
}
