### formulas: the inline formulas of the lesson, the same in every language

-n = <math><mi>n</mi></math>
-P-t1 = <math><mrow><mi>P</mi><mo stretchy="false">(</mo><msub><mi>t</mi><mn>1</mn></msub><mo stretchy="false">)</mo></mrow></math>
-P-rest-given-t1 = <math><mrow><mi>P</mi><mo stretchy="false">(</mo><msub><mi>t</mi><mn>2</mn></msub><mo>,</mo><mo>…</mo><mo>,</mo><msub><mi>t</mi><mi>n</mi></msub><mo stretchy="false">|</mo><msub><mi>t</mi><mn>1</mn></msub><mo stretchy="false">)</mo></mrow></math>
-minus-log2-P = <math><mrow><mo form="prefix">−</mo><msub><mi>log</mi><mn>2</mn></msub><mi>P</mi></mrow></math>
-t-before-i = <math><msub><mi>t</mi><mrow><mo form="prefix">&lt;</mo><mi>i</mi></mrow></msub></math>
-t-i = <math><msub><mi>t</mi><mi>i</mi></msub></math>
-z = <math><mi>z</mi></math>
-e-power = <math><mrow><msup><mi>e</mi><mn>{ $exponent }</mn></msup><mo>≈</mo><mn>{ $value }</mn></mrow></math>
-T = <math><mi>T</mi></math>
-T-is-1 = <math><mrow><mi>T</mi><mo>=</mo><mn>1</mn></mrow></math>
-T-to-0 = <math><mrow><mi>T</mi><mo>→</mo><mn>0</mn></mrow></math>
-T-to-infinity = <math><mrow><mi>T</mi><mo>→</mo><mi mathvariant="normal">∞</mi></mrow></math>
-log2-n = <math><mrow><msub><mi>log</mi><mn>2</mn></msub><mspace width="0.17em"/><mi>n</mi></mrow></math>
-pairs = <math><mrow><mi>n</mi><mo stretchy="false">(</mo><mi>n</mi><mo>+</mo><mn>1</mn><mo stretchy="false">)</mo><mo>/</mo><mn>2</mn></mrow></math>
-O-n2 = <math><mrow><mi>O</mi><mo stretchy="false">(</mo><msup><mi>n</mi><mn>2</mn></msup><mo stretchy="false">)</mo></mrow></math>
-O-n = <math><mrow><mi>O</mi><mo stretchy="false">(</mo><mi>n</mi><mo stretchy="false">)</mo></mrow></math>
-P-t-i = <math><mrow><mi>P</mi><mo stretchy="false">(</mo><msub><mi>t</mi><mi>i</mi></msub><mo stretchy="false">|</mo><msub><mi>t</mi><mn>1</mn></msub><mo>,</mo><mo>…</mo><mo>,</mo><msub><mi>t</mi><mrow><mi>i</mi><mo>−</mo><mn>1</mn></mrow></msub><mo stretchy="false">)</mo></mrow></math>
