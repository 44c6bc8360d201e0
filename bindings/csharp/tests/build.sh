# Sourced by bindings/csharp/tests/run and bench/run, in bindings/csharp. Sets `out`, a folder of their own, in which $out/mono has
# what is compiled for Mono and $out/coreclr what is compiled for .NET Core.

for tool in mcs mono; do
  command -v "$tool" >/dev/null || {
    echo "$tool is missing: apt-get install mono-mcs mono-runtime libmono-system-core4.0-cil" >&2
    exit 2
  }
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# What the tests and the runtimes themselves leave behind lies there too.
mkdir "$out/tmp" "$out/mono" "$out/coreclr"
export TMPDIR=$out/tmp

# The runtimes that there are.
runtimes=mono
if [ -n "${RECOUP_DOTNET:-}" ]; then
  runtimes="mono coreclr"
  framework=$(dirname "$(readlink -f "$(command -v "$RECOUP_DOTNET")")")/shared/Microsoft.NETCore.App
  version=$(ls "$framework" | sort -V | tail -1)
  framework=$framework/$version
  cat >"$out/coreclr.json" <<JSON
{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "$version"},
 "configProperties": {"System.Globalization.Invariant": true}}}
JSON
fi

# compile RUNTIME ARGUMENT...: with the types of that runtime's own assemblies; what compiles with those of both is in .NET
# Standard 2.1. Warnings and missing documentation are errors.
compile() {
  local runtime=$1
  shift
  if [ "$runtime" = coreclr ]; then
    # 1702: its assemblies refer to one another by versions that this compiler takes for others.
    set -- -nostdlib -noconfig -nowarn:1702 $(printf -- '-r:%s\n' "$framework"/*.dll | grep -v '\.Native\.') "$@"
  fi
  mcs -warnaserror -langversion:7.2 -unsafe "$@"
}

# recoup_library PROFILE: builds the library unless RECOUP_LIBRARY_DIR has one, lets the loader find it, and compiles the binding.
recoup_library() {
  local folder=${RECOUP_LIBRARY_DIR:-} runtime
  if [ -z "$folder" ]; then
    folder=$(cd ../.. && cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
    (cd ../.. && cargo build --quiet --locked -p recoup --lib --profile "$([ "$1" = debug ] && echo dev || echo "$1")")
    folder=$folder/$1
  fi
  [ -e "$folder/librecoup.so" ] || { echo "no librecoup.so in $folder" >&2; exit 2; }
  export LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  for runtime in $runtimes; do
    compile $runtime -target:library -out:"$out/$runtime/Recoup.dll" -doc:"$out/$runtime/Recoup.xml" \
      $(find unity/Runtime -name '*.cs')
  done
}

# recoup_compile NAME FILE...: a program over the binding.
recoup_compile() {
  local name=$1 runtime
  shift
  for runtime in $runtimes; do
    compile $runtime -r:"$out/$runtime/Recoup.dll" $([ $runtime = coreclr ] || echo -r:System.Core.dll) \
      -out:"$out/$runtime/$name.exe" "$@"
  done
}

# on RUNTIME NAME ARGUMENT...: runs a program that recoup_compile has made.
on() {
  local runtime=$1 program=$out/$1/$2.exe
  shift 2
  if [ "$runtime" = mono ]; then
    mono --debug "$program" "$@"
  else
    "$RECOUP_DOTNET" exec --runtimeconfig "$out/coreclr.json" "$program" "$@"
  fi
}
