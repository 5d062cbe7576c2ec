"""The mathematics: encoders, training, uncertainty, metrics, the predictor."""
