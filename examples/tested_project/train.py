"""The training as it is run in earnest; `pytest` checks it before."""

from model import build_model, load_data

train, validation = load_data()
model = build_model()
model.fit(*train, validation_data=validation, epochs=30, batch_size=32, verbose=0)
