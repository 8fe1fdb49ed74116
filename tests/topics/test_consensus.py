import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits
from topics.test_topics import corpus, grouped

from dateline.tokens import tokenize
from dateline.topics import consensus, topics, vectors
from dateline.topics.consensus import ConsensusKMeans

TEXTS = [
    "The Ulden bridge was closed.",
    "Ministers met at the bridge; ministers talked.",
    "",
    "İstanbul café",
]


@parametrize_with_checks([ConsensusKMeans(n_runs=5)])
@pytest.mark.filterwarnings("ignore")
def test_consensus_is_an_estimator_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("sizes", [[500, 40, 30, 30], [150, 150, 150, 150]])
def test_a_large_group_is_left_whole_and_like_ones_are_found(sizes):
    rng = np.random.default_rng(0)
    kind = rng.permutation(np.repeat(np.arange(4), sizes))
    around = normalize(rng.standard_normal((4, 30)))[kind]
    points = normalize(around + 0.15 * rng.standard_normal(around.shape)).round(6)
    model = ConsensusKMeans(4, random_state=0).fit(points)
    assert adjusted_rand_score(model.labels_, kind) > 0.95
    assert model.stability_ > 0.8
    assert (model.predict(points) == model.labels_).all()


def test_runs_do_not_agree_on_noise():
    points = normalize(np.random.default_rng(0).standard_normal((200, 30)))
    assert ConsensusKMeans(8, random_state=0).fit(points).stability_ < 0.5


def test_stability_is_the_agreement_of_two_halves():
    articles, sentences, words = corpus(80)
    space = vectors.build_space(vectors.Data(articles, sentences, words))
    topic = topics.group_articles(space, 4)[0]
    assert (consensus.topic_stability(space, topic) > 0.9).all()
    dealt = np.random.default_rng(0).permuted(space.matrix.toarray(), axis=0)
    noise = space._replace(matrix=vectors.unit_rows(csr_matrix(dealt)))
    noise = noise.part(np.ones(80, bool))
    assert consensus.topic_stability(noise, topics.group_articles(noise, 4)[0]).max() < 0.6
    assert consensus.topic_stability(space, np.zeros(80, int)).tolist() == [1]
    assert len(consensus.topic_stability(space, np.full(80, -1))) == 0


@pytest.mark.parametrize("points", [np.ones((9, 3)) / 3**0.5, np.eye(9)])
def test_what_is_equal_gives_no_exception(points):
    model = ConsensusKMeans(4, n_runs=5, random_state=0).fit(points)
    assert len(model.labels_) == 9 and -1 <= model.stability_ <= 1


def test_labels_are_those_of_any_number_of_threads():
    points = normalize(np.random.default_rng(0).standard_normal((600, 40)))
    models = []
    for n in (1, 4):
        with threadpool_limits(n):
            models.append(ConsensusKMeans(6, n_runs=8, random_state=0).fit(points))
    assert (models[0].labels_ == models[1].labels_).all()
    assert models[0].stability_ == models[1].stability_


def test_the_pipeline_of_scikit_learn_gives_the_topics():
    _, sentences, words = corpus(80)
    _, result = grouped(80)
    documents = vectors.number_documents(result.space.ids, sentences, words)
    pipeline = make_pipeline(
        vectors.token_counts(80, ignored=result.data.ignored),
        TfidfTransformer(sublinear_tf=True),
        TruncatedSVD(result.space.vectors.shape[1], random_state=0),
        vectors.Emphasis(),
        ConsensusKMeans(4, random_state=0),
    )
    placed = result.labels >= 0
    assert adjusted_rand_score(clone(pipeline).fit_predict(documents)[placed], result.labels[placed]) == 1
    assert (pipeline.fit(documents).predict(documents) == pipeline[-1].labels_).all()


@pytest.mark.parametrize("options", [{}, {"min_df": 2}, {"max_df": 0.5, "stop_words": ["the", "was"]}])
def test_token_counts_give_the_matrix_of_countvectorizer(options):
    documents = vectors.Documents(tokenize(TEXTS), np.arange(4), 4)
    counter, peer = vectors.TokenCounts(**options), CountVectorizer(**options)
    assert (counter.fit_transform(documents) != peer.fit_transform(TEXTS)).nnz == 0
    assert counter.vocabulary_.tolist() == peer.get_feature_names_out().tolist()
    unseen = ["A bridge to the ministers, the bridge", "nothing"]
    other = vectors.Documents(tokenize(unseen), np.arange(2), 2)
    assert (counter.transform(other) != peer.transform(unseen)).nnz == 0


def test_weights_are_those_of_tfidfvectorizer():
    data = vectors.Data(*corpus(20))
    space, sentences = vectors.build_space(data), data.sentences
    texts = sentences.groupby("article_id")["text"].agg(" ".join)[space.ids]
    peer = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.5, stop_words=sorted(data.ignored))
    assert abs(space.matrix - peer.fit_transform(texts)).max() < 1e-12
    assert (np.linalg.norm(space.vectors, axis=1).round(5) == 1).all()


def test_words_are_dealt_by_their_spelling_alone():
    articles, sentences, words = corpus(40)
    space = vectors.build_space(vectors.Data(articles, sentences, words))
    turned = space._replace(matrix=space.matrix[:, ::-1].tocsr(), vocabulary=space.vocabulary[::-1])
    shared = [consensus.compare_numbers(each, numbers=(2, 4))[0]["shared"] for each in (space, turned)]
    pd.testing.assert_series_equal(*shared, atol=0.2)
    one_word = space._replace(matrix=space.matrix[:, :1], vocabulary=space.vocabulary[:1])
    assert (consensus.compare_numbers(one_word, numbers=(2, 4))[0]["shared"] == 0).all()
