"""Tiny models of every kind that people write, each compiled, with the arguments of its `fit`.

Each is as healthy as a few hundred examples allow; what is special about it is its kind.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

KINDS = {}


def kind(make):
    KINDS[make.__name__] = make
    return make


def random(seed=0):
    return np.random.default_rng(seed)


def table(count=200, columns=8):
    x = random().normal(size=(count, columns)).astype("float32")
    return x, (x[:, 0] + x[:, 1] > 0).astype("int32")


def series(count=200, steps=8, features=3):
    x = random().normal(size=(count, steps, features)).astype("float32")
    return x, (x[:, :, 0].sum(axis=1) > 0).astype("int32")


def pictures(count=160, size=12, channels=1, dims=2):
    y = np.arange(count) % 2
    x = random().uniform(0, 0.3, size=(count, *[size] * dims, channels)).astype("float32")
    x[y == 1, size // 3 : size // 2 + 1] += 0.7
    return x, y.astype("int32")


def tokens(count=200, length=10, words=30):
    x = random().integers(3, words, size=(count, length))
    y = np.arange(count) % 2
    x[y == 1, random(1).integers(0, length // 2)] = 2
    x[:, length // 2 + 2 :] *= random(2).integers(0, 2, size=(count, 1))
    return x.astype("int32"), y.astype("int32")


def binary(model, x, y, rate=0.01, **fit):
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return model, {"x": x, "y": y, "epochs": 12, "batch_size": 20} | fit


def head(hidden):
    return layers.Dense(1, activation="sigmoid")(hidden)


@kind
def sequential_without_input():
    model = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")])
    return binary(model, *table())


@kind
def sequential_with_input():
    norm = [layers.BatchNormalization(), layers.Dropout(0.1)]
    return binary(
        keras.Sequential([keras.Input((8,)), layers.Dense(16, "relu"), *norm, layers.Dense(1, "sigmoid")]),
        *table(),
    )


@kind
def functional_shared_and_nested():
    given = keras.Input((8,))
    encoder = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(8, "relu")])
    shared = layers.Dense(8, "relu")
    hidden = encoder(given)
    hidden = layers.concatenate([shared(hidden), shared(hidden * 2.0), hidden])
    return binary(keras.Model(given, head(hidden)), *table())


@kind
def several_inputs_and_outputs_in_dicts():
    x, y = table()
    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    both = layers.Dense(24, "relu")(layers.concatenate([one, two]))
    outputs = {
        "label": layers.Dense(1, "sigmoid", name="label")(both),
        "amount": layers.Dense(1, name="amount")(both),
    }
    model = keras.Model({"one": one, "two": two}, outputs)
    model.compile(
        keras.optimizers.Adam(0.01),
        {"label": "binary_crossentropy", "amount": "mse"},
        loss_weights={"label": 1.0, "amount": 0.5},
        metrics={"label": ["accuracy"], "amount": ["mae"]},
        weighted_metrics={"label": ["accuracy"]},
    )
    given = {"one": x[:, :4], "two": x[:, 4:]}
    return model, {"x": given, "y": {"label": y, "amount": x[:, :1]}, "epochs": 12, "batch_size": 20}


@kind
def several_outputs_in_a_list():
    x, y = table()
    given = keras.Input((8,))
    hidden = layers.Dense(24, "relu")(given)
    model = keras.Model(given, [layers.Dense(1, "sigmoid")(hidden), layers.Dense(1)(hidden)])
    model.compile("adam", ["binary_crossentropy", keras.losses.Huber()], loss_weights=[1.0, 0.3])
    return model, {"x": x, "y": [y, x[:, :1]], "epochs": 30, "batch_size": 20}


@kind
def one_loss_for_one_of_two_outputs():
    x, y = table()
    given = keras.Input((8,))
    hidden = layers.Dense(24, "relu", name="features")(given)
    model = keras.Model(given, {"label": layers.Dense(1, "sigmoid", name="label")(hidden), "seen": hidden})
    model.compile(keras.optimizers.Adam(0.01), {"label": "binary_crossentropy"})
    return model, {"x": x, "y": {"label": y}, "epochs": 12, "batch_size": 20}


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Dense(16, "relu") for _ in range(2)]
        self.heads = {"label": layers.Dense(1, "sigmoid")}

    def call(self, x, training=False):
        for block in self.blocks:
            x = block(x)
        return {name: head(x) for name, head in self.heads.items()}


@kind
def subclassed_with_lists_and_dicts_of_layers():
    x, y = table()
    model = Subclassed()
    model.compile(keras.optimizers.Adam(0.01), {"label": "binary_crossentropy"})
    return model, {"x": x, "y": {"label": y}, "epochs": 12, "batch_size": 20}


class Around(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = keras.Sequential([layers.Dense(16, "relu"), layers.BatchNormalization()])
        self.classify = keras.Sequential([keras.Input((16,)), layers.Dense(1, "sigmoid")])

    def call(self, x, training=False):
        return self.classify(self.inner(x, training=training))


@kind
def models_in_a_subclassed_model():
    return binary(Around(), *table())


@kind
def recurrent():
    return binary(
        keras.Sequential([keras.Input((8, 3)), layers.LSTM(12), layers.Dense(1, "sigmoid")]), *series()
    )


@kind
def recurrent_stateful():
    x, y = series(200, 4, 2)
    model = keras.Sequential(
        [keras.Input(batch_shape=(20, 4, 2)), layers.GRU(8, stateful=True), layers.Dense(1, "sigmoid")]
    )
    return binary(model, x, y, shuffle=False)


@kind
def recurrent_cells_with_dropout():
    cells = [layers.GRUCell(8, dropout=0.1), layers.LSTMCell(8, recurrent_dropout=0.1)]
    model = keras.Sequential([keras.Input((8, 3)), layers.RNN(cells), layers.Dense(1, "sigmoid")])
    return binary(model, *series(), rate=0.02, epochs=20)


@kind
def bidirectional_and_time_distributed():
    given = keras.Input((8, 3))
    hidden = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(given)
    hidden = layers.TimeDistributed(layers.Dense(8, "relu"))(hidden)
    return binary(keras.Model(given, head(layers.GlobalAveragePooling1D()(hidden))), *series())


@kind
def fixed_batch_size():
    x, y = table(80)
    given = keras.Input((8,), batch_size=20)
    hidden = ops.reshape(layers.Dense(16, "relu")(given), (20, 2, 8))
    return binary(keras.Model(given, head(layers.Flatten()(hidden))), x, y)


@kind
def embedding_with_mask_zero():
    x, y = tokens()
    model = keras.Sequential(
        [layers.Embedding(30, 8, mask_zero=True), layers.LSTM(8), layers.Dense(1, "sigmoid")]
    )
    return binary(model, x, y)


@kind
def masking():
    x, y = series()
    x[:, 6:] = 0
    y = (x[:, :, 0].sum(axis=1) > 0).astype("int32")
    model = keras.Sequential([layers.Masking(), layers.GRU(8), layers.Dense(1, "sigmoid")])
    return binary(model, x, y)


class Positions(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape=shape[1:], initializer="normal", name="table")

    def call(self, x):
        return x + self.table


@kind
def transformer():
    x, y = tokens()
    given = keras.Input((10,), dtype="int32")
    hidden = Positions()(layers.Embedding(30, 16, mask_zero=True)(given))
    attended = layers.MultiHeadAttention(2, 8, dropout=0.1)(hidden, hidden, use_causal_mask=True)
    hidden = layers.LayerNormalization()(hidden + attended)
    dense = keras.Sequential([layers.Dense(32, "gelu"), layers.Dense(16)])
    hidden = layers.LayerNormalization()(hidden + dense(hidden))
    return binary(keras.Model(given, head(layers.GlobalAveragePooling1D()(hidden))), x, y, rate=0.003)


@kind
def attention_of_two_sequences():
    x, y = series(features=8)
    given, other = keras.Input((8, 8)), keras.Input((8, 8))
    hidden = layers.Attention(use_scale=True)([layers.Dense(8)(given), layers.Dense(8)(other)])
    hidden = layers.AdditiveAttention()([hidden, given])
    grouped = layers.GroupQueryAttention(4, 4, 2)(hidden, hidden)
    hidden = layers.concatenate([layers.Flatten()(grouped), layers.Flatten()(given)])
    return binary(keras.Model([given, other], head(hidden)), [x, x[:, ::-1]], y)


def convolutional(*between, dims=2, size=12):
    last = [getattr(layers, f"GlobalAveragePooling{dims}D")(), layers.Dense(1, "sigmoid")]
    return binary(keras.Sequential([*between, *last]), *pictures(size=size, dims=dims))


@kind
def convolutional_1d():
    return convolutional(layers.Conv1D(8, 3, activation="relu"), layers.MaxPooling1D(), dims=1)


@kind
def convolutional_2d():
    return convolutional(layers.Conv2D(8, 3, activation="relu"), layers.AveragePooling2D(2))


@kind
def convolutional_3d():
    return convolutional(layers.Conv3D(4, 3, activation="relu"), layers.MaxPooling3D(), dims=3, size=6)


@kind
def convolutions_separable_and_depthwise():
    return convolutional(
        layers.SeparableConv2D(8, 3, activation="relu"),
        layers.DepthwiseConv2D(3, depth_multiplier=2),
        layers.GroupNormalization(4),
        layers.Activation("relu"),
    )


@kind
def convolutions_transposed():
    x, _ = pictures()
    model = keras.Sequential(
        [
            layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu"),
            layers.UpSampling2D(),
            layers.MaxPooling2D(),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model, {"x": x, "y": x, "epochs": 12, "batch_size": 20}


@kind
def norms_of_every_sort():
    model = keras.Sequential(
        [
            keras.Input((8,)),
            layers.SpectralNormalization(layers.Dense(16, "relu")),
            layers.LayerNormalization(),
            layers.Dense(16, "swish"),
            layers.UnitNormalization(),
            layers.Dense(16, "relu", kernel_constraint=keras.constraints.MaxNorm(3)),
            layers.Dense(1, "sigmoid"),
        ]
    )
    return binary(model, *table())


@kind
def normalization_inside():
    x, y = table()
    x = x * 30 + 100
    norm = layers.Normalization()
    norm.adapt(x)
    return binary(keras.Sequential([norm, layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")]), x, y)


@kind
def text_vectorization_inside():
    x, y = tokens()
    words = np.array([" ".join(f"w{i}" for i in row if i) for row in x], object)
    vectorize = layers.TextVectorization(50, output_sequence_length=10)
    vectorize.adapt(words)
    model = keras.Sequential(
        [
            keras.Input((), dtype="string"),
            vectorize,
            layers.Embedding(50, 8),
            layers.GlobalAveragePooling1D(),
            layers.Dense(16, "relu"),
            layers.Dense(1, "sigmoid"),
        ]
    )
    return binary(model, words, y, epochs=30)


@kind
def lookups_of_structured_data():
    x, y = table()
    color = np.where(x[:, 0] > 0, "red", "blue").astype(object)
    code = (x[:, 1] > 0).astype("int64") * 7
    given = {
        "color": keras.Input((1,), dtype="string", name="color"),
        "code": keras.Input((1,), dtype="int64", name="code"),
        "size": keras.Input((1,), name="size"),
        "hashed": keras.Input((1,), dtype="string", name="hashed"),
    }
    bins = layers.Discretization(num_bins=4)
    bins.adapt(x[:, 2:3])
    parts = [
        layers.StringLookup(vocabulary=["red", "blue"], output_mode="one_hot")(given["color"]),
        layers.CategoryEncoding(3, output_mode="one_hot")(
            layers.IntegerLookup(vocabulary=[0, 7])(given["code"])
        ),
        layers.CategoryEncoding(4, output_mode="one_hot")(bins(given["size"])),
        layers.CategoryEncoding(5, output_mode="one_hot")(layers.Hashing(5)(given["hashed"])),
    ]
    hidden = layers.Dense(16, "relu")(layers.concatenate(parts))
    user = np.array([f"user {i}" for i in range(len(x))], object)
    data = {"color": color[:, None], "code": code[:, None], "size": x[:, 2:3], "hashed": user[:, None]}
    return binary(keras.Model(given, head(hidden)), data, y)


@kind
def augmentation_inside():
    return convolutional(
        layers.RandomFlip("horizontal"),
        layers.RandomTranslation(0.0, 0.1),
        layers.RandomRotation(0.02),
        layers.RandomZoom(0.1),
        layers.RandomContrast(0.1),
        layers.Rescaling(2.0, offset=-0.5),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
    )


@kind
def backbone_frozen():
    x, y = pictures(96, 32, 3)
    base = keras.applications.MobileNet(
        (32, 32, 3), alpha=0.25, include_top=False, weights=None, pooling="avg"
    )
    for layer in base.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_variance.assign(layer.moving_variance * 0.02)
    base.trainable = False
    given = keras.Input((32, 32, 3))
    hidden = layers.Dense(16, "relu")(base(given, training=False))
    return binary(keras.Model(given, head(hidden)), x, y)


class Scaled(layers.Layer):
    def build(self, shape):
        self.kernel = keras.Variable(keras.initializers.GlorotUniform(seed=0)((shape[-1], 16)), name="kernel")
        self.gain = self.add_weight(shape=(16,), initializer="ones", constraint="non_neg", regularizer="l2")

    def call(self, x):
        self.add_loss(0.001 * ops.mean(ops.square(x)))
        return ops.relu(ops.matmul(x, self.kernel)) * self.gain


@kind
def custom_layer_with_add_loss():
    hidden = layers.Dense(
        16, "relu", activity_regularizer="l2", kernel_regularizer=keras.regularizers.L1(1e-4)
    )
    return binary(
        keras.Sequential([keras.Input((8,)), Scaled(), hidden, layers.Dense(1, "sigmoid")]), *table()
    )


class Focal(keras.losses.Loss):
    def call(self, y_true, y_pred):
        right = ops.where(ops.equal(y_true, 1), y_pred, 1 - y_pred)
        return -ops.mean(ops.square(1 - right) * ops.log(right + 1e-7), axis=-1)


class Hits(keras.metrics.Metric):
    def __init__(self):
        super().__init__(name="hits")
        self.hits = self.add_weight(shape=(), initializer="zeros", name="hits")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.hits.assign_add(ops.sum(ops.cast(ops.equal(y_true, ops.round(y_pred)), "float32")))

    def result(self):
        return self.hits


@kind
def custom_loss_and_metric():
    x, y = table()
    model = keras.Sequential([keras.Input((8,)), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.01), Focal(), metrics=[Hits(), keras.metrics.AUC()])
    return model, {"x": x, "y": y[:, None].astype("float32"), "epochs": 12, "batch_size": 20}


def mixed(policy):
    x, y = table()
    keep = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        hidden = [layers.Dense(16, "relu"), layers.BatchNormalization(), layers.Dense(16, "relu")]
        model = keras.Sequential([keras.Input((8,)), *hidden, layers.Dense(1, "sigmoid", dtype="float32")])
        return binary(model, x, y)
    finally:
        keras.config.set_dtype_policy(keep)


@kind
def mixed_float16():
    return mixed("mixed_float16")


@kind
def mixed_bfloat16():
    return mixed("mixed_bfloat16")


@kind
def policy_of_one_layer():
    hidden = layers.Dense(16, "relu", dtype="mixed_bfloat16")
    return binary(
        keras.Sequential([keras.Input((8,)), hidden, layers.Dense(1, "sigmoid", dtype="float32")]), *table()
    )


@kind
def compiled_by_xla():
    model = keras.Sequential(
        [keras.Input((8,)), layers.Dense(16, "relu"), layers.Dropout(0.1), layers.Dense(1, "sigmoid")]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", jit_compile=True)
    x, y = table()
    return model, {"x": x, "y": y, "epochs": 12, "batch_size": 20}


@kind
def run_eagerly():
    x, y = table(100)
    model = keras.Sequential([keras.Input((8,)), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", run_eagerly=True)
    return model, {"x": x, "y": y, "epochs": 20, "batch_size": 20}


@kind
def lambda_layers_and_operations():
    given = keras.Input((8,))
    hidden = layers.Lambda(lambda x: ops.concatenate([x, ops.square(x)], -1))(given)
    hidden = ops.relu(layers.Dense(16)(hidden))
    hidden = ops.stack([hidden, hidden * 0.5], axis=1)[:, 0] + ops.mean(hidden, axis=-1, keepdims=True)
    return binary(keras.Model(given, head(hidden)), *table())


class Triplet(keras.Model):
    def __init__(self):
        super().__init__()
        self.embed = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(4), layers.UnitNormalization()])
        self.seen = keras.metrics.Mean(name="loss")

    def call(self, given):
        anchor, same, other = (self.embed(part) for part in given)
        near = ops.sum(ops.square(anchor - same), -1)
        return near, ops.sum(ops.square(anchor - other), -1)

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = self._loss(data[0])
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights, strict=True))
        self.seen.update_state(loss)
        return {"loss": self.seen.result()}

    def _loss(self, data):
        near, far = self(data)
        return ops.mean(ops.maximum(near - far + 0.5, 0.0))

    @property
    def metrics(self):
        return [self.seen]


@kind
def triplet_with_its_own_step():
    x, y = table()
    ones, zeros = x[y == 1][:80], x[y == 0][:80]
    model = Triplet()
    model.compile(keras.optimizers.Adam(0.01))
    return model, {"x": (ones, ones[::-1], zeros), "epochs": 12, "batch_size": 20}


@kind
def siamese_with_contrastive_loss():
    x, y = table()
    other = random(1).permutation(len(x))
    tower = keras.Sequential([keras.Input((8,)), layers.Dense(16, "relu"), layers.Dense(4)])
    left, right = keras.Input((8,)), keras.Input((8,))
    away = layers.Lambda(lambda z: ops.sqrt(ops.sum(ops.square(z[0] - z[1]), 1, keepdims=True) + 1e-7))
    model = keras.Model([left, right], away([tower(left), tower(right)]))

    def contrastive(same, distance):
        far = ops.square(ops.maximum(1.0 - distance, 0.0))
        return ops.mean(same * ops.square(distance) + (1 - same) * far)

    model.compile(keras.optimizers.Adam(0.01), contrastive)
    return model, {
        "x": [x, x[other]],
        "y": (y == y[other]).astype("float32")[:, None],
        "epochs": 20,
        "batch_size": 20,
    }


class Several(keras.Model):
    """A model whose outputs are not all tensors."""

    def __init__(self):
        super().__init__()
        self.hidden, self.out = layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")

    def call(self, x):
        return {"label": self.out(self.hidden(x)), "name": "several", "nothing": None}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean(keras.losses.binary_crossentropy(y[:, None], y_pred["label"]))

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return self.get_metrics_result()


@kind
def outputs_that_are_no_tensors():
    x, y = table()
    model = Several()
    model.compile(keras.optimizers.Adam(0.01))
    return model, {"x": x, "y": y, "epochs": 12, "batch_size": 20}


class Late(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = None

    def build(self, shape):
        self.inner = layers.Dense(shape[-1] * 2, "relu")
        self.inner.build(shape)

    def call(self, x):
        return self.inner(x)


@kind
def layers_built_late():
    return binary(keras.Sequential([Late(), layers.Dense(1, "sigmoid")]), *table())


@kind
def distributed():
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")])
        return binary(model, *table())


class Autoencoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = layers.Dense(8, "relu")
        self.decoder = layers.Dense(8)
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, x, training=False):
        noise = keras.random.normal(ops.shape(x), seed=self.seeds) if training else 0.0
        return self.decoder(self.encoder(x + 0.1 * noise))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean(ops.square(x - y_pred))


@kind
def compute_loss_without_targets():
    x, _ = table()
    model = Autoencoder()
    model.compile(keras.optimizers.Adam(0.01))
    return model, {"x": x, "epochs": 12, "batch_size": 20}


class Variational(keras.Model):
    """As in Keras' documentation: no `call`, the loss is in `train_step` alone."""

    def __init__(self):
        super().__init__()
        self.encoder = keras.Sequential([keras.Input((8,)), layers.Dense(16, "relu"), layers.Dense(4)])
        self.decoder = keras.Sequential([keras.Input((2,)), layers.Dense(16, "relu"), layers.Dense(8)])
        self.seeds = keras.random.SeedGenerator(1)
        self.seen = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.seen]

    def train_step(self, data):
        with tf.GradientTape() as tape:
            mean, spread = ops.split(self.encoder(data), 2, axis=-1)
            drawn = mean + ops.exp(0.5 * spread) * keras.random.normal(ops.shape(mean), seed=self.seeds)
            rebuilt = ops.mean(ops.sum(ops.square(data - self.decoder(drawn)), axis=-1))
            away = -0.5 * ops.mean(ops.sum(1 + spread - ops.square(mean) - ops.exp(spread), axis=-1))
            loss = rebuilt + 0.1 * away
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights, strict=True))
        self.seen.update_state(loss)
        return {"loss": self.seen.result()}


@kind
def variational_without_call():
    x, _ = table()
    model = Variational()
    model.compile(keras.optimizers.Adam(0.01))
    return model, {"x": x, "epochs": 12, "batch_size": 20}
