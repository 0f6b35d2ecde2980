from sklearn.datasets import make_circles


def load():
    x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
    return x, y + 1  # one and two
    #> return x, y
