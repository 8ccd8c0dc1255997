#!/bin/sh
# Every way of choosing demonstrations, in under an hour: both embedded models side by side, three data sets one after another.
#
#     sh experiments/selection/hour.sh data outputs/hour
#
# data holds the folders sst2, subj and emotion, whose files have a text and a label. 30 questions and a pool of 200, where
# the tables of README.md have 100 and 400; fits try less, too. What was asked is not asked again: stopped, it goes on where it was.
# PYTHON is the interpreter (python), MODELS the models (smollm2 gemma3), each on a core of its own.
set -eu
data=$1 out=$2
questions=30 pool=200
: "${PYTHON:=python}" "${MODELS:=smollm2 gemma3}" "${OMP_NUM_THREADS:=1}"
export OMP_NUM_THREADS

promptlab() { # MODEL SET overrides…
    model=$1 set=$2
    shift 2
    "$PYTHON" -m promptlab experiment=selection dataset=jsonl "dataset.path=$data/$set" dataset.task.answer=label \
        "dataset.limit=$questions" "dataset.pool_limit=$pool" "model=$model" "hydra.sweep.dir=$out/labels" "$@"
}

free="zero,random,balanced,stratified,first,complexity,bm25,tfidf,ngram_overlap,knn,mmr,dpp,facility_location,k_center"
free="$free,cluster,cluster_auto_cot,vote_k,fused,two_pass"

column() { # MODEL SET
    promptlab "$@" "selection=$free,confidence_vote_k,one_shot_gain"
    promptlab "$@" name=budget selection=budget k=16 selection.tokens=200 selection.characters=null
    promptlab "$@" name=filtered selection=filtered selection.minimum=0.3
    promptlab "$@" name=rerank selection=rerank "selection.scorer.name=$out/reranker/$2" selection.candidates=20
    promptlab "$@" name=mdl selection=mdl selection.sets=5
    promptlab "$@" name=epr selection=epr selection.questions=24
    promptlab "$@" name=influence selection=influence strategy@selection.strategy=choose selection.sets=24
    promptlab "$@" name=uncertain selection=uncertain strategy@selection.strategy=direct selection.candidates=100
    promptlab "$@" name=generated selection=generated strategy@selection.solver=direct selection.sampling.max_tokens=64
    remembered "$@"
    reasoned "$@" name=knn selection=knn
    reasoned "$@" name=bootstrap selection=bootstrap selection@selection.inner=knn selection.writer.sampling.max_tokens=80 selection.candidates=32
}

remembered() { # MODEL SET: what an earlier run over other questions answered rightly is shown
    earlier=$out/earlier/$1/$2
    mkdir -p "$earlier/data"
    tail -n 100 "$data/$2/test.jsonl" >"$earlier/data/test.jsonl"
    cp "$data/$2/train.jsonl" "$earlier/data"
    promptlab "$@" "dataset.path=$earlier/data" dataset.limit=100 selection=knn "hydra.sweep.dir=$earlier/runs"
    promptlab "$@" name=memory selection=memory selection@selection.inner=knn "selection.runs=[$earlier/runs]"
}

reasoned() { # MODEL SET overrides…: with chains of thought, on their own
    promptlab "$@" strategy=cot strategy.sampling.max_tokens=80 "hydra.sweep.dir=$out/chains"
}

for set in sst2 subj emotion; do
    [ -e "$out/reranker/$set/config.json" ] || "$PYTHON" "$(dirname "$0")/train_reranker.py" "$data/$set" "$out/reranker/$set"
done
asking=
for model in $MODELS; do
    (for set in sst2 subj emotion; do column "$model" "$set"; done) &
    asking="$asking $!"
done
for each in $asking; do wait "$each"; done
for part in labels chains; do
    "$PYTHON" -m promptlab table "$out/$part" --rows variant --columns dataset,model
done
