### pipeline

pipeline-title = One step, stage by stage
