### failures: what stands behind “auf Englisch” comes from the engine, which has words in English only

failure-cancelled = Angehalten.
failure-no-model = Es ist noch kein Modell geladen.
failure-download = Das Herunterladen ist misslungen: { $why }.
failure-bad-model = Diese Modelldatei lässt sich nicht verwenden: { $why }.
failure-bad-input = Das lässt sich nicht verwenden (auf Englisch: { $why }).
failure-unreadable = Das Vokabular des Modells hat kein Token für { $what }.
failure-version = Diese Seite und ihre Engine haben verschiedene Versionen ({ $page } und { $engine }): bitte neu laden.
failure-garbled = Eine Nachricht war nicht lesbar: { $why }.
failure-crashed = Die Engine ist stehen geblieben: { $why }.
failure-arithmetic = Das Modell hat sich verrechnet (auf Englisch: { $why }).
failure-file-gone = Die Datei { $name } ist nicht mehr so da, wie sie war: falls sie sich geändert hat, bitte noch einmal öffnen.

# In „Das Herunterladen ist misslungen: …“
failure-unreachable = { $url } ist nicht zu erreichen ({ $why })
failure-status = der Server hat auf { $url } mit { $status } geantwortet
failure-broken = die Verbindung ist abgerissen, während { $url } ankam ({ $why })
failure-damaged = { $url } ist auch beim zweiten Versuch nicht der Teil, den das Verzeichnis der Teile nennt: beschädigt, ersetzt oder eine Fehlerseite
failure-no-manifest = { $url } ist kein Verzeichnis der Teile eines Modells (auf Englisch: { $why })
failure-no-address = { $name } neben { $base } ist keine Adresse

# In „Diese Modelldatei lässt sich nicht verwenden: …“
failure-not-gguf = sie beginnt nicht mit GGUF, sondern mit { $found }
failure-gguf-version = sie ist GGUF in Version { $version }; lesbar sind die Versionen 2 und 3
failure-ends-in-header = die Datei endet mitten in ihrem Kopf, nach { $length } Byte
failure-cut-short = die Datei endet nach { $length } Byte, aber der Tensor { $tensor } reicht bis Byte { $end }
failure-architecture = ihre Architektur heißt „{ $name }“; laufen können gpt2 und llama
failure-weight-type = der Tensor { $tensor } hat den GGML-Typ { $code }; lesbar sind { $readable }
failure-several = das sind mehrere GGUF-Dateien, darunter { $name }: bitte nur eine öffnen
failure-no-config = unter diesen Dateien ist keine config.json, die sagt, was für ein Modell es ist; eine GGUF-Datei braucht keine
failure-no-weights = unter diesen Dateien sind keine Gewichte: es fehlt eine .safetensors-Datei
failure-bin-weights = die Gewichte liegen in .bin-Dateien, die Programme enthalten können; lesbar sind safetensors
failure-alone = zu { $name } gehört auch { $missing }
failure-not-among = { $index } nennt { $missing }, und das ist nicht unter diesen Dateien
failure-other = auf Englisch: „{ $why }“
