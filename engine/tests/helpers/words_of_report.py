"""Words that only this report says: not the engine, its tests or its example."""

OF_THE_REPORT = (
    r"\b(?:torch\w*|china|beijing|hubei|zones?|provinc\w+|prefectur\w+|miit|nbs|htz|hnte)\b|火炬|科技部|高新"
)
