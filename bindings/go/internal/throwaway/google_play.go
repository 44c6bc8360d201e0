// Package throwaway has stores of one's own, which sign requests of real shape, for tests.
package throwaway

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	audience     = "https://game.example/google-play"
	account      = "push@game.example"
	subscription = "projects/game/subscriptions/refunds"
	app          = "com.example.game"
	keyID        = "throw-away"
)

// Store is its name in the library.
const Store = "google-play"

// GooglePlay holds an RSA key and sends Pub/Sub pushes that are signed with it.
type GooglePlay struct {
	key *rsa.PrivateKey
}

var genuine, forger struct {
	once sync.Once
	key  *rsa.PrivateKey
	err  error
}

// NewGooglePlay makes one; a process makes its key once.
func NewGooglePlay() (*GooglePlay, error) {
	genuine.once.Do(func() { genuine.key, genuine.err = rsa.GenerateKey(rand.Reader, 2048) })
	return &GooglePlay{genuine.key}, genuine.err
}

// NewForger makes one that claims to be the other, but holds another key.
func NewForger() (*GooglePlay, error) {
	forger.once.Do(func() { forger.key, forger.err = rsa.GenerateKey(rand.Reader, 2048) })
	return &GooglePlay{forger.key}, forger.err
}

// Configure writes recoup.json and the key set into a folder, and gives the path of the first. The ledger lies beside.
func (g *GooglePlay) Configure(folder string) (string, error) {
	keys, err := json.Marshal(object{"keys": []object{{
		"kid": keyID, "kty": "RSA", "alg": "RS256", "use": "sig",
		"n": encode(g.key.N.Bytes()), "e": encode(big.NewInt(int64(g.key.E)).Bytes()),
	}}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(folder, "keys.json"), keys, 0o600); err != nil {
		return "", err
	}
	config, err := json.Marshal(object{
		"database": "ledger.db",
		"google_play": []object{{
			"package_name": app,
			"push": object{
				"audience": audience, "service_account_email": account, "subscription": subscription,
				"jwks": "keys.json",
			},
		}},
		// By default a refund without a reason, within three days of buying, is an alert and no block.
		"policy": []object{{"name": "every refund", "action": object{"block": "7d"}}},
	})
	path := filepath.Join(folder, "recoup.json")
	if err != nil {
		return "", err
	}
	return path, os.WriteFile(path, config, 0o600)
}

// Refund is a voided purchase, pushed under a message id: the Authorization header's value, and the body.
func (g *GooglePlay) Refund(order, message string, at time.Time) (string, []byte, error) {
	notification, err := json.Marshal(object{
		"version": "1.0", "packageName": app, "eventTimeMillis": fmt.Sprint(at.UnixMilli()),
		"voidedPurchaseNotification": object{
			"purchaseToken": "token-of-" + order, "orderId": order, "productType": 2, "refundType": 1,
		},
	})
	if err != nil {
		return "", nil, err
	}
	body, err := json.Marshal(object{
		"message": object{
			"data":      base64.StdEncoding.EncodeToString(notification),
			"messageId": message, "publishTime": at.UTC().Format(time.RFC3339Nano),
		},
		"subscription": subscription,
	})
	if err != nil {
		return "", nil, err
	}
	token, err := g.token(at)
	return "Bearer " + token, body, err
}

func (g *GooglePlay) token(at time.Time) (string, error) {
	claims, err := json.Marshal(object{
		"iss": "https://accounts.google.com", "aud": audience, "azp": "1", "sub": "1", "email": account,
		"email_verified": true, "iat": at.Unix(), "exp": at.Unix() + 3600,
	})
	if err != nil {
		return "", err
	}
	input := encode([]byte(`{"alg":"RS256","kid":"`+keyID+`","typ":"JWT"}`)) + "." + encode(claims)
	digest := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, g.key, crypto.SHA256, digest[:])
	return input + "." + encode(signature), err
}

type object = map[string]interface{}

func encode(bytes []byte) string {
	return base64.RawURLEncoding.EncodeToString(bytes)
}
