### failures

failure-cancelled = Stopped.
failure-no-model = No model is loaded yet.
failure-download = The download failed: { $why }.
failure-bad-model = This model file cannot be used: { $why }.
failure-bad-input = { $why }
failure-unreadable = The model’s vocabulary has no token for { $what }.
failure-version = This page and its engine are of different versions ({ $page } and { $engine }): reload the page.
failure-garbled = A message could not be read: { $why }.
failure-crashed = The engine stopped: { $why }.
failure-arithmetic = The model’s arithmetic broke down: { $why }.
failure-file-gone = The file { $name } is not there any more as it was: if it has changed, open it again.

# Within “The download failed: …”
failure-unreachable = { $url } cannot be reached ({ $why })
failure-status = the server answered { $status } for { $url }
failure-broken = the connection broke while { $url } came in ({ $why })
failure-damaged = { $url } is not the part that the manifest names, asked twice: damaged, replaced, or an error page
failure-no-manifest = { $url } is not a model’s manifest: { $why }
failure-no-address = { $name } beside { $base } is no address

# Within “This model file cannot be used: …”
failure-not-gguf = it does not start with GGUF but with { $found }
failure-gguf-version = it is GGUF version { $version }; versions 2 and 3 can be read
failure-ends-in-header = the file ends within its header, after { $length } bytes
failure-cut-short = the file ends after { $length } bytes, but tensor { $tensor } goes to byte { $end }
failure-architecture = its architecture is “{ $name }”; gpt2 and llama can be run
failure-weight-type = tensor { $tensor } has GGML type { $code }; { $readable } can be read
failure-several = these are several GGUF files, { $name } among them: open one
failure-no-config = these files have no config.json, which says what the model is; a GGUF file needs none
failure-no-weights = these files have no weights: a .safetensors file is needed
failure-bin-weights = its weights are in .bin files, which can hold programs; safetensors can be read
failure-alone = with { $name }, { $missing } is needed too
failure-not-among = { $index } names { $missing }, which is not among these files
failure-other = { $why }
